import { exportProgress } from "./export_progress.ts";
import { insightsUpdated } from "./insights_updated.ts";
import { interactionAdded } from "./interaction_added.ts";
import { productChanged } from "./product_changed.ts";
import type { DefineSubscription } from "./subscription.ts";
import { usageUpdated } from "./usage_updated.ts";

/** Every field of Subscription. */
export const SUBSCRIPTIONS: readonly DefineSubscription[] = [interactionAdded, productChanged, insightsUpdated, exportProgress, usageUpdated];
