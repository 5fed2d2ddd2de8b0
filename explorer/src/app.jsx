import "@graphiql/react/font/roboto.css";
import "@graphiql/react/font/fira-code.css";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";

import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { fetcher } from "./fetcher.js";

const plugins = [HISTORY_PLUGIN];

export function App() {
  return <GraphiQL fetcher={fetcher} plugins={plugins} />;
}
