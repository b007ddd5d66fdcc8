export { createYoga, processRegularResult } from "graphql-yoga";
