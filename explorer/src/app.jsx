import "@graphiql/react/font/roboto.css";
import "@graphiql/react/font/fira-code.css";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./style.css";

import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { CALLS_PLUGIN } from "./calls/plugin.jsx";
import { CopyButtons } from "./copy.jsx";
import { defaultHeaders, KeepHeaders } from "./credential.jsx";
import { Editors } from "./editors.jsx";
import { EXAMPLES_PLUGIN, firstTabs } from "./examples.jsx";
import { fetcher } from "./fetcher.js";
import { takeLink } from "./link.js";
import { DemoBanner, TokenHint } from "./notes.jsx";
import { isDemo } from "./portal.js";
import { storage } from "./storage.js";
import { NameTabs, ShowTab } from "./tabs.jsx";

const plugins = [EXAMPLES_PLUGIN, HISTORY_PLUGIN, CALLS_PLUGIN];
const link = takeLink();

export function App() {
  return (
    <>
      <h1 className="hidden-visually">GraphQL explorer for ONLYOFFICE CRM</h1>
      <DemoBanner />
      <GraphiQL
        fetcher={fetcher}
        plugins={plugins}
        storage={storage}
        defaultHeaders={defaultHeaders}
        defaultTabs={link.query ? [link, ...firstTabs] : firstTabs}
        initialQuery={link.query}
        initialVariables={link.variables}
        defaultEditorToolsVisibility={link.variables ? "variables" : isDemo ? false : "headers"}
      >
        <GraphiQL.Logo>ONLYOFFICE CRM</GraphiQL.Logo>
        <GraphiQL.Toolbar>
          {({ prettify, merge }) => (
            <>
              {prettify}
              {merge}
              <CopyButtons />
            </>
          )}
        </GraphiQL.Toolbar>
        <GraphiQL.Footer>
          <TokenHint />
        </GraphiQL.Footer>
        <Editors />
        <KeepHeaders />
        <NameTabs />
        <ShowTab />
      </GraphiQL>
    </>
  );
}
