import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { detectCarriers } from "../domain/detect-carriers.js";
import { trackingNumber as trackingNumberSchema } from "../orders/new-order.js";
import type { ApiContext } from "./context.js";
import { PROBLEMS } from "./request-parts.js";
import { detectedCarriersSchema } from "./schemas.js";

/** `/v1/carriers`: whose number it may be. */
export function registerCarrierRoutes(app: FastifyInstance, { carriers }: Pick<ApiContext, "carriers">): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    "/v1/carriers/detect",
    {
      schema: {
        summary: "Tell whose number it may be",
        description:
          "By its format alone: nothing is stored and no carrier is asked. Several candidates are no fault; carriers share formats.",
        tags: ["carriers"],
        body: z.object({ trackingNumber: trackingNumberSchema }).strict(),
        response: { 200: detectedCarriersSchema, ...PROBLEMS.ask },
      },
    },
    ({ body: { trackingNumber } }) => ({ trackingNumber, candidates: [...detectCarriers(trackingNumber, carriers)] }),
  );
}
