import { createWebhook } from "./create.ts";
import { deleteWebhook } from "./delete.ts";
import { getDelivery, listDeliveries } from "./deliveries.ts";
import { getWebhook } from "./get.ts";
import { listWebhooks } from "./list.ts";
import { pingWebhook } from "./ping.ts";
import { replayDelivery, replayWebhook } from "./replay.ts";
import { rotateWebhookSecret } from "./rotate_secret.ts";
import { updateWebhook } from "./update.ts";

export const operations = [
  listWebhooks,
  createWebhook,
  getWebhook,
  updateWebhook,
  rotateWebhookSecret,
  deleteWebhook,
  pingWebhook,
  replayWebhook,
  listDeliveries,
  getDelivery,
  replayDelivery,
];
