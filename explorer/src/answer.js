import { useGraphiQL } from "@graphiql/react";
import { useMemo } from "react";

/** Returns the answer that the current tab shows; null when there is none. */
export function useAnswer() {
  const text = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.response);
  return useMemo(() => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }, [text]);
}
