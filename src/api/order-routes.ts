import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { z } from "zod";
import { groupBy } from "../domain/group-by.js";
import { newOrder, newShipment } from "../orders/new-order.js";
import { readOrderDetails, readShipmentDetails, readTimelines } from "../orders/read-orders.js";
import { addShipment, takeOrder } from "../orders/take-order.js";
import { Problem } from "../runtime/problem.js";
import type { Queryable } from "../store/database.js";
import { findOrder, listOrders, type OrderRow } from "../store/orders.js";
import { findShipment } from "../store/shipments.js";
import { findStore } from "../store/stores.js";
import { readTransitions } from "../store/transitions.js";
import { callerOf } from "./authenticate.js";
import type { ApiContext } from "./context.js";
import { cutPage, pageQuery } from "./cursor.js";
import { type Answer, answerOnce } from "./idempotent.js";
import { presentOrder, presentShipment, presentShipmentWithTimeline } from "./present.js";
import { readListeningOf } from "./read-listening.js";
import { idempotencyHeader, idParam, PROBLEMS, searchText } from "./request-parts.js";
import {
  listOf,
  type OrderJson,
  type OrderWithTimelinesJson,
  orderSchema,
  orderWithTimelinesSchema,
  shipmentSchema,
  statusSchema,
} from "./schemas.js";

/** `/v1/orders`: take in, read, list, add a shipment. */
export function registerOrderRoutes(app: FastifyInstance, context: ApiContext): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  routes.post(
    "/v1/orders",
    {
      schema: {
        summary: "Take in an order",
        description:
          "An order needs no shipment: it is confirmed, has a tracking page and a message before any label exists.",
        tags: ["orders"],
        headers: idempotencyHeader,
        body: newOrder,
        response: { 201: orderSchema, ...PROBLEMS.create },
      },
    },
    async (request, reply) => {
      const { storeId } = callerOf(request);
      const answer = await answerOnce(context.db, idempotent(request, storeId), async (tx): Promise<Answer> => {
        const id = await takeOrder(tx, storeId, request.body, context);
        return { status: 201, body: await readOrder(tx, storeId, id, context) };
      });
      return reply.code(201).send(answer.body as OrderJson);
    },
  );

  routes.get(
    "/v1/orders",
    {
      schema: {
        summary: "List orders, newest first",
        tags: ["orders"],
        querystring: pageQuery.extend({ number: searchText(100).optional(), status: statusSchema.optional() }),
        response: { 200: listOf(orderSchema), ...PROBLEMS.list },
      },
    },
    async (request) => {
      const { storeId } = callerOf(request);
      const { limit, cursor, number, status } = request.query;
      const page = { limit: limit + 1, beforeId: cursor ?? null, number: number ?? null, status: status ?? null };
      const { rows, nextCursor } = cutPage(await listOrders(context.db.pool, storeId, page), limit);
      return { items: await presentOrders(context.db.pool, storeId, rows, context), nextCursor };
    },
  );

  routes.get(
    "/v1/orders/:id",
    {
      schema: {
        summary: "Read an order with the timelines of its shipments",
        tags: ["orders"],
        params: idParam,
        response: { 200: orderWithTimelinesSchema, ...PROBLEMS.read },
      },
    },
    async (request) => {
      const { storeId } = callerOf(request);
      return readOrderWithTimelines(context.db.pool, storeId, request.params.id, context);
    },
  );

  routes.post(
    "/v1/orders/:id/shipments",
    {
      schema: {
        summary: "Add a shipment to an order",
        description: "Adding a number that the order already has answers 200 with the same shipment.",
        tags: ["shipments"],
        params: idParam,
        headers: idempotencyHeader,
        body: newShipment,
        response: { 200: shipmentSchema, 201: shipmentSchema, ...PROBLEMS.change },
      },
    },
    async (request, reply) => {
      const { storeId } = callerOf(request);
      const answer = await answerOnce(context.db, idempotent(request, storeId), async (tx): Promise<Answer> => {
        const order = await requireOrder(tx, storeId, request.params.id);
        const { shipmentId, created } = await addShipment(tx, order, request.body, context);
        return { status: created ? 201 : 200, body: await readShipmentJson(tx, storeId, shipmentId, context) };
      });
      return reply.code(answer.status === 201 ? 201 : 200).send(answer.body as z.input<typeof shipmentSchema>);
    },
  );
}

/** What makes a request the same request. */
export function idempotent(request: FastifyRequest, storeId: string) {
  const key = request.headers["idempotency-key"];
  return {
    storeId,
    key: Array.isArray(key) ? key[0] : key,
    method: request.method,
    path: request.url,
    body: request.body,
  };
}

/** @throws Problem 404 `order_unknown` */
async function requireOrder(db: Queryable, storeId: string, id: string): Promise<OrderRow> {
  const order = await findOrder(db, storeId, id);
  if (order === null) throw new Problem(404, "order_unknown", "There is no such order in this store.");
  return order;
}

async function readShipmentJson(db: Queryable, storeId: string, id: string, context: ApiContext) {
  const row = await findShipment(db, storeId, id);
  const [details] = row === null ? [] : await readShipmentDetails(db, [row]);
  if (details === undefined) throw new Error(`Shipment ${id} is gone from its own transaction.`);
  return presentShipment(details, await readListeningOf(db, [id], context.now()), context.presenter);
}

async function readOrder(db: Queryable, storeId: string, id: string, context: ApiContext): Promise<OrderJson> {
  const [order] = await presentOrders(db, storeId, [await requireOrder(db, storeId, id)], context);
  if (order === undefined) throw new Error(`Order ${id} is gone.`);
  return order;
}

async function presentOrders(
  db: Queryable,
  storeId: string,
  orders: readonly OrderRow[],
  context: ApiContext,
): Promise<OrderJson[]> {
  const storeRef = await readStoreRef(db, storeId);
  const details = await readOrderDetails(db, orders);
  const shipmentIds = details.flatMap(({ shipments }) => shipments.map(({ shipment }) => shipment.id));
  const listeningOf = await readListeningOf(db, shipmentIds, context.now());
  return details.map((order) => presentOrder(order, { storeRef, listeningOf }, context.presenter));
}

async function readOrderWithTimelines(
  db: Queryable,
  storeId: string,
  id: string,
  context: ApiContext,
): Promise<OrderWithTimelinesJson> {
  const [details] = await readOrderDetails(db, [await requireOrder(db, storeId, id)]);
  if (details === undefined) throw new Error(`Order ${id} is gone.`);
  const shipments = details.shipments.map(({ shipment }) => shipment);
  const shipmentIds = shipments.map(({ id }) => id);
  const [storeRef, timelines, transitions, listeningOf] = await Promise.all([
    readStoreRef(db, storeId),
    readTimelines(db, shipments),
    readTransitions(db, shipmentIds),
    readListeningOf(db, shipmentIds, context.now()),
  ]);
  const transitionsByShipment = groupBy(transitions, (transition) => transition.shipmentId);
  return {
    ...presentOrder(details, { storeRef, listeningOf }, context.presenter),
    shipments: details.shipments.map((shipment) =>
      presentShipmentWithTimeline(
        shipment,
        timelines.get(shipment.shipment.id) ?? [],
        transitionsByShipment.get(shipment.shipment.id) ?? [],
        listeningOf,
        context.presenter,
      ),
    ),
  };
}

async function readStoreRef(db: Queryable, storeId: string): Promise<number> {
  const store = await findStore(db, storeId);
  if (store === null) throw new Error("A key speaks for a store that is gone.");
  return store.storeRef;
}
