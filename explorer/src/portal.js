import { useGraphiQL } from "@graphiql/react";
import { getNamedType } from "graphql";
import { useEffect, useState } from "react";
import { fetcher } from "./fetcher.js";

/** Whether the server's portal is the demo, as the server says in the page's head. */
export const isDemo = document.querySelector('meta[name="portal"]')?.content === "demo";

/** Returns the portal's address as browsers know it; undefined where the server does not tell. */
export function usePortalAddress() {
  const schema = useGraphiQL((state) => state.schema);
  const isTold = !isDemo && Boolean(getNamedType(schema?.getQueryType()?.getFields().portal?.type)?.getFields?.().url);
  const [address, setAddress] = useState();
  useEffect(() => {
    if (!isTold) return;
    fetcher({ query: "{ portal { url } }" }).then(({ data }) => setAddress(withoutSlash(data?.portal?.url)), () => {});
  }, [isTold]);
  return address;
}

const withoutSlash = (url) => url?.replace(/\/+$/, "") || undefined;
