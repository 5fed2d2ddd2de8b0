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

/**
 * Says what GraphiQL's tabs are. It calls them tabs, which may hold no buttons,
 * nor be reached one by one; theirs can: they are a list of buttons, the current
 * one marked, each with another that closes it.
 */
export function NameTabs() {
  useEffect(() => {
    const list = document.querySelector(".graphiql-tabs");
    list.role = "list";
    document.getElementById("graphiql-session").role = "group";
    const observer = new MutationObserver(rename);
    const watch = () => observer.observe(list, { subtree: true, childList: true, attributeFilter: ["aria-selected"] });

    function rename() {
      observer.disconnect();
      for (const item of list.children) {
        item.role = "listitem";
        const selected = item.getAttribute("aria-selected");
        if (selected === null) continue; // as it was
        item.removeAttribute("aria-selected");
        item.querySelector(".graphiql-tab-button").ariaCurrent = selected === "true" ? "true" : null;
      }
      watch();
    }

    rename();
    return () => observer.disconnect();
  }, []);
}
