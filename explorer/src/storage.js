// What the browser remembers: tabs, panels, queries that were run. GraphiQL's
// history would remember their headers too, with the portal token among them.
const histories = ["graphiql:queries", "graphiql:favorites"];

const ours = () => Object.keys(localStorage).filter((key) => key.startsWith("graphiql:"));

export const storage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, histories.includes(key) ? withoutHeaders(value) : value),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => ours().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return ours().length;
  },
};

const withoutHeaders = (text) => JSON.stringify(JSON.parse(text, (name, value) => (name === "headers" ? undefined : value)));
