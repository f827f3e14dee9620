import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { requireKeys } from "./authenticate.js";
import { registerCarrierRoutes } from "./carrier-routes.js";
import type { ApiContext } from "./context.js";
import { registerOrderRoutes } from "./order-routes.js";
import { registerShipmentRoutes } from "./shipment-routes.js";

/** The REST API under `/v1`, described by `/openapi.json` (OpenAPI 3.1). */
export async function registerApi(app: FastifyInstance, context: ApiContext): Promise<void> {
  await app.register(async (scope) => {
    scope.setValidatorCompiler(validatorCompiler);
    scope.setSerializerCompiler(serializerCompiler);
    await scope.register(swagger, {
      openapi: {
        openapi: "3.1.0",
        info: {
          title: "Waybill",
          version: "1",
          description:
            "Orders and shipments in, timelines out. Errors are problems (RFC 9457); lists are pages with a cursor.",
        },
        components: {
          securitySchemes: { key: { type: "http", scheme: "bearer", description: "`waybill keys create` makes one." } },
        },
        security: [{ key: [] }],
      },
      transform: jsonSchemaTransform,
    });
    await scope.register(async (routes) => {
      // JSON and nothing else: what is sent as text would be read as one string and blamed for its shape.
      routes.removeContentTypeParser("text/plain");
      requireKeys(routes, context.db.pool);
      registerOrderRoutes(routes, context);
      registerShipmentRoutes(routes, context);
      registerCarrierRoutes(routes, context);
    });
    scope.get("/openapi.json", { schema: { hide: true } }, () => scope.swagger());
  });
}
