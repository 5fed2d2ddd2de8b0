// Compares the schema with the one that clients have been promised. A change
// that breaks them passes only when CHANGELOG.md names it.
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

const unreleased = "Next"; // the section of the CHANGELOG for what is to be released
const never = "nothing released yet";

/** Returns the name of the last release, as the CHANGELOG has it. */
export function lastRelease(changelog) {
  const names = [...changelog.matchAll(/^## (.+)$/gm)].map(([, name]) => name.trim());
  return names.find((name) => name !== unreleased) ?? never;
}

/** Writes down a schema as the promise of a release. */
export function promise(release, schema) {
  return `# What clients have been promised (${release}): written by \`make promise\`, once a release.\n${schema}`;
}

/** Returns the release whose promise this is. */
export function promisedBy(promised) {
  return /^# What clients have been promised \((.+)\):/.exec(promised)?.[1];
}

/** Returns what the items under "Breaking" of the CHANGELOG's next release begin with. */
export function listed(changelog) {
  const section = part(changelog, "##", unreleased);
  const items = part(section, "###", "Breaking").matchAll(/^- ((?:`[^`]+`(?:, | and )?)+)/gm);
  return new Set([...items].flatMap(([, paths]) => [...paths.matchAll(/`([^`]+)`/g)].map(([, path]) => path)));
}

/** Returns what stands under a heading, up to the next one of its level. */
function part(text, level, name) {
  const parts = text.split(new RegExp(`^${level} `, "m")).slice(1);
  return parts.find((part) => part.split("\n", 1)[0].trim() === name) ?? "";
}

/** Returns what is wrong with a schema, one sentence each, and the changes that deserve a look. */
export async function compare({ promised, schema, changelog }) {
  const release = lastRelease(changelog);
  if (promisedBy(promised) !== release) {
    return { problems: [`the promised schema is of "${promisedBy(promised)}", the CHANGELOG's last release is "${release}": run make promise`], notes: [] };
  }
  const names = listed(changelog);
  const problems = [];
  const notes = [];
  for (const { criticality, path, message } of await diff(buildSchema(promised), buildSchema(schema))) {
    if (criticality.level === CriticalityLevel.Dangerous) notes.push(message);
    if (criticality.level !== CriticalityLevel.Breaking) continue;
    if (names.has(path)) notes.push(`${message} (announced)`);
    else problems.push(`${message}: if it must be, say so in CHANGELOG.md with "- \`${path}\`: ..." under "### Breaking" of "## ${unreleased}"`);
  }
  return { problems, notes };
}
