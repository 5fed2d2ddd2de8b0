// The checks notice what they are for.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { ESLint } from "eslint";
import { compare, lastRelease, promise, promisedBy } from "./compare.mjs";

const schema = readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8");
const none = "nothing released yet";
const changelog = (breaking = "") => `# Changelog\n\n## Next\n\n### Added\n\n- \`Address.zip\`, at last.\n${breaking}`;
const check = (now, log, before = schema, release = none) => compare({ promised: promise(release, before), schema: now, changelog: log });
const without = (text) => schema.replace(text, (found) => (assert.ok(found), ""));
const zipless = without(/  """\n  The postal code.\n  """\n  zip: String\n/);

test("the same schema passes", async () => {
  assert.deepEqual(await check(schema, changelog()), { problems: [], notes: [] });
});

test("an addition passes", async () => {
  assert.deepEqual((await check(schema, changelog(), zipless)).problems, []);
});

test("a field that is gone fails", async () => {
  assert.notEqual(zipless, schema);
  const { problems } = await check(zipless, changelog());
  assert.equal(problems.length, 1);
  assert.match(problems[0], /'zip' was removed.*`Address\.zip`/);
});

test("a field that is gone passes when it is listed", async () => {
  const { problems, notes } = await check(zipless, changelog("\n### Breaking\n\n- `Tag.title` and `Address.zip`: gone, as\n  nobody reads it.\n"));
  assert.deepEqual(problems, []);
  assert.deepEqual(notes.length, 1);
});

for (const [how, log] of Object.entries({
  "the list of an earlier release": `${changelog()}\n## 1.0.0\n\n### Breaking\n\n- \`Address.zip\`: gone.\n`,
  "a mention under another change": changelog("\n### Breaking\n\n- `Address.city`: use `Address.zip`.\n"),
  "its type's name": changelog("\n### Breaking\n\n- `Address`: smaller.\n"),
  "another heading": changelog("\n### Changed\n\n- `Address.zip`: gone.\n"),
})) {
  test(`${how} is no permission`, async () => {
    const release = lastRelease(log);
    assert.equal((await check(zipless, log, schema, release)).problems.length, 1);
  });
}

test("every kind of break fails", async () => {
  const changed = (from, to) => (assert.ok(schema.includes(from), from), schema.replace(from, to));
  for (const now of [
    changed("  isPrimary: Boolean!", "  isPrimary: Boolean"),
    changed("entity: CustomFieldEntity = OPPORTUNITY", "entity: CustomFieldEntity!"),
    changed("type Person implements Contact & Node", "type Person implements Contact"),
    changed("  CLOSED_AND_LOST\n", "  LOST\n"),
    changed("  isShared: Boolean\n", "  isShared: Boolean!\n"),
  ]) assert.notEqual((await check(now, changelog())).problems.length, 0);
});

test("a release without a new promise fails", async () => {
  const released = changelog().replace("## Next", "## 1.0.0");
  assert.match((await check(schema, released)).problems[0], /make promise/);
  assert.deepEqual((await check(schema, released, schema, "1.0.0")).problems, []);
  assert.equal(promisedBy(promise("1.0.0 (2027-01-01)", schema)), "1.0.0 (2027-01-01)");
});

test("the linter knows its rules and the whole schema", async () => {
  const eslint = new ESLint({ cwd: resolve(import.meta.dirname, "../.."), overrideConfigFile: ".ci/schema/eslint.config.js" });
  const odd = '"Odd."\ntype Odd {\n  id: ID!\n  contacts: ContactConnection\n}\n';
  const [{ messages }] = await eslint.lintText(odd, { filePath: "graph/contact.graphqls" });
  assert.deepEqual([...new Set(messages.map(({ ruleId, message }) => ruleId ?? message))].sort(), [
    "@graphql-eslint/no-unreachable-types",
    "@graphql-eslint/relay-arguments",
    "@graphql-eslint/require-description",
  ]);
});
