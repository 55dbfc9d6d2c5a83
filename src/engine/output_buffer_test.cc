#include "engine/output_buffer.h"

#include <gtest/gtest.h>

#include <string>

namespace rota::engine {
namespace {

std::string text_of(const std::vector<OutputChunk>& chunks) {
  std::string text;
  for (const OutputChunk& chunk : chunks) text += chunk.bytes;
  return text;
}

TEST(OutputBufferTest, PassesItsHeadOnAsItComes) {
  OutputBuffer buffer(RunId{7}, 1000);
  buffer.write(1, "one ");
  buffer.write(1, "two ");
  buffer.write(2, "oops");
  const auto chunks = buffer.take();
  ASSERT_EQ(chunks.size(), 2u);
  EXPECT_EQ(chunks[0].bytes, "one two ");
  EXPECT_EQ(chunks[1].stream, 2);
  EXPECT_EQ(chunks[1].seq, 1);
  buffer.write(1, "more");
  EXPECT_EQ(buffer.take().at(0).seq, 2);
}

TEST(OutputBufferTest, KeepsHeadAndTailOfTooMuchAndSaysWhatIsMissing) {
  OutputBuffer buffer(RunId{7}, 400);
  buffer.write(1, std::string(300, 'h'));
  for (int i = 0; i < 1000; ++i) buffer.write(1, "0123456789");
  buffer.finish();
  const std::string text = text_of(buffer.take());
  EXPECT_EQ(text.substr(0, 300), std::string(300, 'h'));
  EXPECT_NE(text.find("[9900 bytes of output left out here]"), std::string::npos);
  EXPECT_EQ(text.substr(text.size() - 10), "0123456789");
  EXPECT_EQ(buffer.bytes_written(), 10'300);
}

}  // namespace
}  // namespace rota::engine
