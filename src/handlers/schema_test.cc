#include "handlers/schema.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "handlers/catalog.h"

namespace rota::handlers {
namespace {

using testing::HasSubstr;

constexpr std::string_view kSchema = R"({
  "type": "object",
  "required": ["url", "mode"],
  "properties": {
    "url": {"type": "string", "title": "t", "description": "d"},
    "mode": {"type": "string", "enum": ["fast", "slow"], "title": "t", "description": "d"},
    "size": {"type": "integer", "minimum": 1, "maximum": 10, "title": "t", "description": "d"},
    "share": {"type": "number", "minimum": 0, "title": "t", "description": "d"},
    "on": {"type": "boolean", "title": "t", "description": "d"},
    "names": {"type": "array", "items": {"type": "string"}, "title": "t", "description": "d"},
    "codes": {"type": "array", "items": {"type": "integer", "enum": [1, 2]}, "title": "t",
              "description": "d"},
    "inner": {"type": "object", "additionalProperties": false, "title": "t", "description": "d",
              "properties": {"a": {"type": "integer", "title": "t", "description": "d"}}}
  }
})";

std::vector<std::string> wrong_fields(std::string_view metadata) {
  std::vector<std::string> all;
  const auto checked = validate_metadata(kSchema, metadata);
  if (!checked) {
    for (const auto& field : checked.error().fields) all.push_back(field.field);
  }
  return all;
}

TEST(SchemaTest, LetsGoodMetadataPass) {
  EXPECT_TRUE(validate_metadata(kSchema, R"({"url":"x","mode":"fast","size":10,"share":0.5,
    "on":true,"names":["a"],"codes":[1,2.0],"inner":{"a":1},"another":"is allowed"})"));
  EXPECT_TRUE(validate_metadata(R"({"type":"object"})", "{}"));
  EXPECT_TRUE(validate_metadata(kSchema, R"({"url":"x","mode":"slow","size":5.0})"));
}

TEST(SchemaTest, NamesEveryWrongFieldAtOnce) {
  EXPECT_THAT(wrong_fields(R"({"mode":"medium","size":11,"share":-0.1,"on":"yes",
                               "names":["a",1,null],"codes":[3],"inner":{"a":"x","b":1}})"),
              testing::UnorderedElementsAre("metadata.url", "metadata.mode", "metadata.size",
                                            "metadata.share", "metadata.on", "metadata.names[1]",
                                            "metadata.names[2]", "metadata.codes[0]",
                                            "metadata.inner.a", "metadata.inner.b"));
}

TEST(SchemaTest, SaysWhatWasExpectedAndWhatStandsThere) {
  const auto message = [](std::string_view metadata) {
    return validate_metadata(kSchema, metadata).error().message;
  };
  EXPECT_EQ(message(R"({"url":5,"mode":"fast"})"), "metadata.url must be a text, not the number 5");
  EXPECT_EQ(message(R"({"url":"","mode":"x"})"),
            "metadata.mode must be one of fast, slow, not the text \"x\"");
  EXPECT_EQ(message(R"({"url":"","mode":"fast","size":0})"), "metadata.size must be 1 to 10");
  EXPECT_EQ(message(R"({"url":"","mode":"fast","size":1.5})"),
            "metadata.size must be a whole number, not the number 1.5");
  EXPECT_EQ(message(R"({"url":"","mode":"fast","share":-1})"), "metadata.share must be at least 0");
  EXPECT_EQ(message(R"({"mode":"fast"})"), "metadata.url must be given");
}

TEST(SchemaTest, AnUnknownFieldNamesTheNearestKnownOne) {
  const auto message = [](std::string_view type, std::string_view metadata) {
    const auto catalog = make_handler_catalog();
    const auto checked = validate_metadata(catalog->find(type)->metadata_schema(), metadata);
    return checked ? "accepted" : checked.error().message;
  };
  EXPECT_EQ(message("command", R"({"arv":["/bin/true"]})"),
            "metadata.arv is not known here; did you mean 'argv'?");
  EXPECT_EQ(message("http_request", R"({"url":"http://a.example","header":{}})"),
            "metadata.header is not known here; did you mean 'headers'?");
  EXPECT_EQ(message("data_backup", R"({"colour":"red"})"),
            "metadata.colour is not known here; known are backupType, retentionDays");
  EXPECT_EQ(message("command", R"({"argv":["a"],"environment":{"A":1}})"),
            "metadata.environment.A must be a text, not the number 1");
}

// A mistyped name is found when the task is saved, not when it runs.
void expect_closed(const boost::json::object& schema, const std::string& where) {
  if (const auto* properties = schema.if_contains("properties")) {
    const auto* others = schema.if_contains("additionalProperties");
    EXPECT_TRUE(others != nullptr && others->is_bool() && !others->get_bool()) << where;
    for (const auto& [name, field] : properties->get_object()) {
      expect_closed(field.get_object(), where + "." + std::string(name));
    }
  }
}

TEST(SchemaTest, EveryBuiltInSchemaIsClosedButThatOfTheStandIn) {
  const auto catalog = make_handler_catalog();
  ASSERT_GE(catalog->types().size(), 11u);
  for (const std::string& type : catalog->types()) {
    if (type == "null") continue;  // takes the fields of the type that it stands in for
    const auto schema = boost::json::parse(catalog->find(type)->metadata_schema());
    EXPECT_TRUE(schema.get_object().contains("properties")) << type;
    expect_closed(schema.get_object(), type);
  }
}

TEST(SchemaTest, WhatIsNoJsonObjectIsOneErrorWithItsColumn) {
  const auto broken = validate_metadata(kSchema, R"({"url": )");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().fields.at(0).field, "metadata");
  EXPECT_TRUE(broken.error().fields.at(0).column.has_value());
  EXPECT_THAT(validate_metadata(kSchema, "[]").error().message, HasSubstr("not a list"));
  EXPECT_FALSE(validate_metadata(kSchema, std::string(70'000, ' ')));
  EXPECT_FALSE(validate_metadata(kSchema, std::string(5000, '[')));
}

TEST(SchemaTest, ManyErrorsAreBounded) {
  std::string many = R"({"url":"","mode":"fast","names":[)";
  for (int i = 0; i < 5000; ++i) many += "1,";
  const auto checked = validate_metadata(kSchema, many + "1]}");
  EXPECT_EQ(checked.error().fields.size(), 100u);
  EXPECT_LE(checked.error().message.size(), 2000u);
}

TEST(SchemaTest, ASchemaThatCannotBeCheckedIsADefect) {
  EXPECT_EQ(validate_metadata("nonsense", "{}").error().code, ErrorCode::kInternal);
  EXPECT_THAT(check_schema(R"({"type":"object","oneOf":[]})").error().message,
              HasSubstr("'oneOf'"));
  EXPECT_THAT(
      check_schema(R"({"type":"object","properties":{"a":{"type":"string"}}})").error().message,
      HasSubstr("schema.a has no title"));
  EXPECT_THAT(check_schema(R"({"type":"object","properties":{"a":{"type":"string","title":"t",
                               "description":"d","default":5}}})")
                  .error()
                  .message,
              HasSubstr("has a default that must be a text"));
}

TEST(SchemaTest, EveryHandlerHasOneThatAFormCanBeMadeFrom) {
  const auto catalog = make_handler_catalog();
  for (const std::string& type : catalog->types()) {
    const auto handler = catalog->find(type);
    const auto good = check_schema(handler->metadata_schema());
    EXPECT_TRUE(good) << type << ": " << (good ? "" : good.error().message);
    EXPECT_FALSE(handler->summary().empty()) << type;
  }
}

}  // namespace
}  // namespace rota::handlers
