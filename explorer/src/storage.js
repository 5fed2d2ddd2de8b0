import { signsIn } from "./secrets.js";

// What the browser remembers: tabs, panels, queries that were run. GraphiQL's
// history would remember their headers too, with the portal token among them, and
// all of it what signIn was given.
const histories = ["graphiql:queries", "graphiql:favorites"];
const queryKey = "graphiql:query";
const variablesKey = "graphiql:variables";

const ours = () => Object.keys(localStorage).filter((key) => key.startsWith("graphiql:"));

export const storage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => {
    if (key === queryKey && signsIn(value)) localStorage.removeItem(variablesKey);
    localStorage.setItem(key, harmless(key, value));
  },
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => ours().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return ours().length;
  },
};

/** Leaves out of what is stored under a key what must not be. */
function harmless(key, value) {
  if (key === variablesKey) return signsIn(localStorage.getItem(queryKey)) ? "" : value;
  if (key === "graphiql:tabState") return withoutSecrets(value);
  return histories.includes(key) ? withoutSecrets(value, "headers") : value;
}

const withoutSecrets = (text, member) => JSON.stringify(JSON.parse(text, function (name, value) {
  if (name === member) return undefined;
  return name === "variables" && signsIn(this.query) ? null : value;
}));
