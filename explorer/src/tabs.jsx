import { useGraphiQL } from "@graphiql/react";
import { useEffect } from "react";

/** Scrolls to the current tab when it is out of sight. */
export function ShowTab() {
  const index = useGraphiQL((state) => state.activeTabIndex);
  const count = useGraphiQL((state) => state.tabs.length);
  useEffect(() => {
    document.getElementById(`graphiql-session-tab-${index}`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [index, count]);
}
