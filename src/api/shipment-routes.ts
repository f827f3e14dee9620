import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { changeShipment } from "../orders/change-shipment.js";
import { shipmentChange, trackingNumber as trackingNumberSchema } from "../orders/new-order.js";
import { readShipmentDetails, readTimelines } from "../orders/read-orders.js";
import { Problem } from "../runtime/problem.js";
import type { Queryable } from "../store/database.js";
import { findShipment, listShipments } from "../store/shipments.js";
import { readTransitions } from "../store/transitions.js";
import { callerOf } from "./authenticate.js";
import type { ApiContext } from "./context.js";
import { cutPage, pageQuery } from "./cursor.js";
import { type Answer, answerOnce } from "./idempotent.js";
import { idempotent } from "./order-routes.js";
import { presentShipment, presentShipmentWithTimeline } from "./present.js";
import { readListeningOf } from "./read-listening.js";
import { idempotencyHeader, idParam, PROBLEMS } from "./request-parts.js";
import {
  listOf,
  type ShipmentWithTimelineJson,
  shipmentSchema,
  shipmentWithTimelineSchema,
  statusSchema,
} from "./schemas.js";

/** `/v1/shipments`: read, list, void, replace the number. */
export function registerShipmentRoutes(app: FastifyInstance, context: ApiContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.get(
    "/v1/shipments",
    {
      schema: {
        summary: "List shipments, newest first",
        tags: ["shipments"],
        querystring: pageQuery.extend({
          trackingNumber: trackingNumberSchema.optional(),
          status: statusSchema.optional(),
        }),
        response: { 200: listOf(shipmentSchema), ...PROBLEMS.list },
      },
    },
    async (request) => {
      const { storeId } = callerOf(request);
      const { limit, cursor, trackingNumber, status } = request.query;
      const page = {
        limit: limit + 1,
        beforeId: cursor ?? null,
        trackingNumber: trackingNumber ?? null,
        status: status ?? null,
      };
      const { rows, nextCursor } = cutPage(await listShipments(context.db.pool, storeId, page), limit);
      const details = await readShipmentDetails(context.db.pool, rows);
      const ids = rows.map(({ id }) => id);
      const listeningOf = await readListeningOf(context.db.pool, ids, context.now());
      return {
        items: details.map((shipment) => presentShipment(shipment, listeningOf, context.presenter)),
        nextCursor,
      };
    },
  );

  routes.get(
    "/v1/shipments/:id",
    {
      schema: {
        summary: "Read a shipment with its timeline",
        tags: ["shipments"],
        params: idParam,
        response: { 200: shipmentWithTimelineSchema, ...PROBLEMS.read },
      },
    },
    async (request) => {
      const { storeId } = callerOf(request);
      return readShipment(context.db.pool, storeId, request.params.id, context);
    },
  );

  routes.patch(
    "/v1/shipments/:id",
    {
      schema: {
        summary: "Void a shipment, or replace its tracking number",
        description:
          "After a replacement the answer is the shipment that took its place; the old number's scans leave the page.",
        tags: ["shipments"],
        params: idParam,
        headers: idempotencyHeader,
        body: shipmentChange,
        response: { 200: shipmentWithTimelineSchema, ...PROBLEMS.change },
      },
    },
    async (request) => {
      const { storeId } = callerOf(request);
      const answer = await answerOnce(context.db, idempotent(request, storeId), async (tx): Promise<Answer> => {
        const id = await changeShipment(tx, storeId, request.params.id, request.body, context);
        return { status: 200, body: await readShipment(tx, storeId, id, context) };
      });
      return answer.body as ShipmentWithTimelineJson;
    },
  );
}

async function readShipment(
  db: Queryable,
  storeId: string,
  id: string,
  context: ApiContext,
): Promise<ShipmentWithTimelineJson> {
  const shipment = await findShipment(db, storeId, id);
  if (shipment === null || shipment.orderId === null) {
    throw new Problem(404, "shipment_unknown", "There is no such shipment in this store.");
  }
  const [details] = await readShipmentDetails(db, [shipment]);
  if (details === undefined) throw new Error(`Shipment ${id} is gone.`);
  const timelines = await readTimelines(db, [shipment]);
  const transitions = await readTransitions(db, [shipment.id]);
  const listeningOf = await readListeningOf(db, [shipment.id], context.now());
  return presentShipmentWithTimeline(
    details,
    timelines.get(shipment.id) ?? [],
    transitions,
    listeningOf,
    context.presenter,
  );
}
