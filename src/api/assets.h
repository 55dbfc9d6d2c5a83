// The web page's built files, which are part of the program (cmake/EmbedAssets.cmake).
#pragma once

#include <span>
#include <string_view>

namespace rota::api {

struct Asset {
  std::string_view path;  ///< "/assets/index-8f3a.js"
  std::string_view hash;  ///< Of the plain bytes, in hexadecimal.
  std::string_view plain;
  std::string_view gzip;    ///< Empty: there is none.
  std::string_view brotli;  ///< Empty: there is none.
};

std::span<const Asset> embedded_assets();

}  // namespace rota::api
