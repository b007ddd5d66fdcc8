import { productPerformance } from "./insights/performance_of_product.ts";
import { productOfFigures } from "./insights/product_of_figures.ts";
import { matchesFilter } from "./interactions/matches_filter.ts";
import { productsOfInteraction } from "./interactions/products_of_interaction.ts";
import { recentInteractions } from "./interactions/recent_of_product.ts";
import type { AnyRelation } from "./relation.ts";

/** Everything that hangs off something else. */
export const RELATIONS: readonly AnyRelation[] = [recentInteractions, productPerformance, productsOfInteraction, productOfFigures, matchesFilter];

export const RELATIONS_BY_NAME: ReadonlyMap<string, AnyRelation> = new Map(RELATIONS.map((relation) => [relation.name, relation]));
