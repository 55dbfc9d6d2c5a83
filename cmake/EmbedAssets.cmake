# rota_embed_assets(TARGET lib FOLDER dist): makes the files of a folder part of a library, by
# .incbin, with the compressed forms (x.gz, x.br) that lie beside them. The table that finds them is
# declared in src/api/assets.h. Needs nothing but the assembler; five megabytes take 10 ms.
enable_language(ASM)

function(_rota_incbin file symbol)
  string(APPEND assembly "${symbol}_begin:\n  .incbin \"${file}\"\n${symbol}_end:\n")
  string(APPEND symbols "extern const char ${symbol}_begin[];\nextern const char ${symbol}_end[];\n")
  set(assembly "${assembly}" PARENT_SCOPE)
  set(symbols "${symbols}" PARENT_SCOPE)
endfunction()

function(rota_embed_assets)
  cmake_parse_arguments(ARG "" "TARGET;FOLDER" "" ${ARGN})
  file(GLOB_RECURSE files CONFIGURE_DEPENDS LIST_DIRECTORIES false ${ARG_FOLDER}/*)
  if(NOT EXISTS ${ARG_FOLDER}/index.html)
    message(FATAL_ERROR "${ARG_FOLDER} holds no built page: it is part of the repository; "
                        "run 'npm ci && npm run build' in web/ to make it anew")
  endif()
  list(SORT files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  set(plain ${files})
  list(FILTER plain EXCLUDE REGEX "\\.(gz|br)$")

  set(assembly "")
  set(symbols "")
  set(rows "")
  set(index 0)
  foreach(file IN LISTS plain)
    file(SHA256 ${file} hash)
    string(SUBSTRING ${hash} 0 16 hash)
    file(RELATIVE_PATH path ${ARG_FOLDER} ${file})
    set(views "")
    foreach(ending IN ITEMS "" .gz .br)
      set(symbol rota_asset_${index})
      if(EXISTS ${file}${ending})
        _rota_incbin(${file}${ending} ${symbol})
        string(APPEND views ", view(${symbol}_begin, ${symbol}_end)")
        math(EXPR index "${index} + 1")
      else()
        string(APPEND views ", {}")
      endif()
    endforeach()
    string(APPEND rows "    {\"/${path}\", \"${hash}\"${views}},\n")
  endforeach()
  string(REGEX REPLACE "(rota_asset_[0-9]+_(begin|end)):" ".global \\1\n\\1:" assembly "${assembly}")

  set(out ${CMAKE_CURRENT_BINARY_DIR}/assets)
  file(CONFIGURE OUTPUT ${out}/assets_data.S @ONLY CONTENT
       ".section .rodata\n${assembly}.section .note.GNU-stack,\"\",%progbits\n")
  file(CONFIGURE OUTPUT ${out}/assets_table.cc @ONLY CONTENT
"// Made by cmake/EmbedAssets.cmake.
#include \"api/assets.h\"

#include <array>

extern \"C\" {
${symbols}}

namespace rota::api {
namespace {

std::string_view view(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::span<const Asset> embedded_assets() {
  static const std::array kAssets{std::to_array<Asset>({
${rows}  })};
  return kAssets;
}

}  // namespace rota::api
")
  set_source_files_properties(${out}/assets_data.S PROPERTIES OBJECT_DEPENDS "${files}"
                              COMPILE_OPTIONS "-Wa,--noexecstack")
  target_sources(${ARG_TARGET} PRIVATE ${out}/assets_data.S ${out}/assets_table.cc)
endfunction()
