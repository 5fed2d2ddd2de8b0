import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { parse, print, visit } from "graphql";
import firstOfDemo from "./first-demo.graphql?raw";
import firstOfReal from "./first-real.graphql?raw";
import { makeRoom } from "./narrow.js";
import { isDemo } from "./portal.js";

// What apps ask for, one file a screen, and what they change, one file an action.
const screens = inOrder(import.meta.glob("../../docs/queries/*.graphql", { eager: true, query: "?raw", import: "default" }));
const actions = inOrder(import.meta.glob("../../docs/mutations/*.graphql", { eager: true, query: "?raw", import: "default" }));

const queries = [isDemo ? firstOfDemo : firstOfReal, ...screens].map(example);
const mutations = (isDemo ? actions : actions.map(withoutInput)).map(example);

function inOrder(files) {
  return Object.keys(files).sort().map((path) => files[path]);
}

function example(query) {
  return { query, name: /^(?:query|mutation) (\w+)/m.exec(query)[1], about: leadingComment(query).join(" ") };
}

/**
 * Takes the values out that a mutation has for its variables. They are the demo's: in
 * another portal, the same ids are those of something real, which a click must not change.
 */
function withoutInput(mutation) {
  const document = visit(parse(mutation), { VariableDefinition: (definition) => ({ ...definition, defaultValue: undefined }) });
  return [...leadingComment(mutation).map((line) => `# ${line}`), print(document), ""].join("\n");
}

/** The tabs of somebody who is here for the first time; the panel has the rest. */
export const firstTabs = queries.filter(({ name }) => ["FirstQuery", "Board"].includes(name)).map(({ query }) => ({ query }));

/** A panel from which each example is opened, in the tab that has it or a new one. */
export const EXAMPLES_PLUGIN = { title: "Example queries", icon: Icon, content: Panel };

function Panel() {
  const { addTab, changeTab, setVisiblePlugin } = useGraphiQLActions();
  const tabs = useGraphiQL((state) => state.tabs);
  const queryEditor = useGraphiQL((state) => state.queryEditor);

  function open(query) {
    const index = tabs.findIndex((tab) => tab.query === query);
    if (index >= 0) {
      changeTab(index);
    } else {
      addTab();
      queryEditor.setValue(query);
    }
    makeRoom(setVisiblePlugin);
  }

  return (
    <section className="panel" aria-label="Example queries">
      <h2>Example queries</h2>
      <List examples={queries} open={open} />
      <h2>Example mutations</h2>
      <p className="empty">
        {isDemo
          ? "They change the demo when you run them. It forgets that at its end."
          : "They change your portal when you run them. What is to be changed goes into the variables."}
      </p>
      <List examples={mutations} open={open} />
    </section>
  );
}

function List({ examples, open }) {
  return (
    <ul className="examples">
      {examples.map(({ name, about, query }) => (
        <li key={name}>
          <button type="button" className="graphiql-un-styled" onClick={() => open(query)}>
            <b>{name.replace(/(?<=[a-z])(?=[A-Z])/g, " ")}</b>
            <span>{about.split("`").map((text, index) => (index % 2 ? <code key={index}>{text}</code> : text))}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function leadingComment(query) {
  const lines = query.split("\n");
  const end = lines.findIndex((line) => !/^# ./.test(line));
  return lines.slice(0, end).map((line) => line.slice(2));
}

function Icon(props) {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" {...props}>
      <path d="M4 6h2M4 12h2M4 18h2M9 6h11M9 12h11M9 18h11" />
    </svg>
  );
}
