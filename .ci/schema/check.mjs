// node check.mjs            fails when schema.graphql breaks a promise unannounced
// node check.mjs --promise  makes schema.graphql the promise, once a release
import { readFileSync, writeFileSync } from "node:fs";
import { compare, lastRelease, promise, promisedBy } from "./compare.mjs";

const promisedFile = new URL("promised.graphql", import.meta.url);
const [promised, schema, changelog] = [promisedFile, "../../schema.graphql", "../../CHANGELOG.md"]
  .map((file) => readFileSync(new URL(file, import.meta.url), "utf8"));

if (process.argv.includes("--promise")) {
  const release = lastRelease(changelog);
  if (promisedBy(promised) === release) {
    console.error(`CHANGELOG.md has no release after "${release}", whose promise this already is.`);
    process.exit(1);
  }
  writeFileSync(promisedFile, promise(release, schema));
} else {
  const { problems, notes } = await compare({ promised, schema, changelog });
  for (const note of notes) console.log(`note: ${note}`);
  for (const problem of problems) console.error(`BREAKS ${problem}`);
  console.log(problems.length === 0 ? `keeps what clients have been promised (${promisedBy(promised)})` : `${problems.length} problems`);
  process.exit(problems.length === 0 ? 0 : 1);
}
