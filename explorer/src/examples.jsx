import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import firstOfDemo from "./first-demo.graphql?raw";
import firstOfReal from "./first-real.graphql?raw";
import { makeRoom } from "./narrow.js";
import { isDemo } from "./portal.js";

// What apps ask for, one file a screen.
const screens = import.meta.glob("../../docs/queries/*.graphql", { eager: true, query: "?raw", import: "default" });

const examples = [isDemo ? firstOfDemo : firstOfReal, ...Object.keys(screens).sort().map((path) => screens[path])].map((query) => ({
  query,
  name: /^(?:query|mutation) (\w+)/m.exec(query)[1],
  about: leadingComment(query),
}));

/** The tabs of somebody who is here for the first time; the panel has the rest. */
export const firstTabs = examples.filter(({ name }) => ["FirstQuery", "Board"].includes(name)).map(({ query }) => ({ query }));

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
    </section>
  );
}

function leadingComment(query) {
  const lines = query.split("\n");
  const end = lines.findIndex((line) => !/^# ./.test(line));
  return lines.slice(0, end).map((line) => line.slice(2)).join(" ");
}

function Icon(props) {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" {...props}>
      <path d="M4 6h2M4 12h2M4 18h2M9 6h11M9 12h11M9 18h11" />
    </svg>
  );
}
