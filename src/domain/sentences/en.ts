import type { Catalogue, StateSentences, Tellings } from "./catalogue.js";

const ON_ITS_WAY: Tellings = ["Arriving {date}", "On its way"];
const RUNNING_LATE: Tellings = ["Running late: now arriving {newDate}", "Running late"];
const NOTHING_TO_DO: Tellings = ["There is nothing you need to do."];
const STORE_TAKES_OVER: Tellings = [
  "{store} has to sort this out with {carrier}. If you have a question, contact {store}.",
];
const NEXT_TRY: Tellings = [
  "{carrier}’s date for the next try: {date}. There is nothing you need to do.",
  "{carrier} has not said when it will try again. Its next scan will tell.",
];
const LATE_NEXT: Tellings = ["There is nothing you need to do. If the date changes again, the tracking page shows it."];
const NOT_THERE: Tellings = [
  "If you can’t find it, look around the door and ask neighbours and anyone at home, then contact {store}.",
];

/** A delay, with its cause as the subject of the sentence. */
function late(cause: string): Tellings {
  return [
    `${cause} The date has moved from {oldDate} to {newDate}.`,
    `${cause} The last date we have is {date}.`,
    `${cause} We have no new date from {carrier} yet.`,
  ];
}

function delivered(explanation: string, scan: string, next: Tellings = NOT_THERE): StateSentences {
  return {
    headline: ["Delivered {day} at {time}", "Delivered {day}", "Delivered"],
    explanation: [explanation],
    next,
    scan: [scan],
  };
}

/** English. Written once for all forms of it: dates and times follow the region. */
export const EN: Catalogue = {
  language: "en",
  direction: "ltr",
  states: {
    confirmed: {
      headline: ["Order confirmed, arriving {date}", "Order confirmed"],
      explanation: ["{store} has your order and is getting it ready."],
      next: ["A tracking number follows once it is handed to a carrier."],
      scan: ["Order confirmed"],
    },
    processing: {
      headline: ["Being prepared, arriving {date}", "Being prepared"],
      explanation: ["{store} is preparing your order."],
      next: ["A tracking number follows once it is handed to a carrier."],
      scan: ["Order is being prepared"],
    },

    label_created: {
      headline: ["Label created, arriving {date}", "Label created, waiting for {carrier}"],
      explanation: ["{store} has registered your parcel with {carrier}. {carrier} has not scanned it yet."],
      next: ["The first scan follows when {carrier} has the parcel in its hands. That can take a day."],
      scan: ["Label created, waiting for {carrier}"],
    },
    pickup_scheduled: {
      headline: ["Label created, arriving {date}", "Waiting for {carrier} to collect it"],
      explanation: ["{carrier} is booked to collect your parcel from {store}."],
      next: ["The first scan follows when {carrier} has the parcel in its hands."],
      scan: ["Collection by {carrier} is booked"],
    },
    pickup_failed: {
      headline: ["Not collected by {carrier} yet"],
      explanation: ["{carrier} came for your parcel but did not take it along."],
      next: ["{store} has to arrange another collection. There is nothing you need to do."],
      scan: ["{carrier} could not collect the parcel"],
    },

    picked_up: {
      headline: ON_ITS_WAY,
      explanation: ["{carrier} has picked up your parcel in {city}.", "{carrier} has picked up your parcel."],
      next: NOTHING_TO_DO,
      scan: ["Picked up by {carrier}"],
    },
    moving: {
      headline: ON_ITS_WAY,
      explanation: [
        "Your parcel is moving with {carrier}. Last seen in {city}.",
        "Your parcel is moving with {carrier}.",
      ],
      next: NOTHING_TO_DO,
      scan: ["On its way"],
    },
    departed: {
      headline: ON_ITS_WAY,
      explanation: [
        "Your parcel has left {carrier}’s facility in {city}.",
        "Your parcel has left a {carrier} facility.",
      ],
      next: NOTHING_TO_DO,
      scan: ["Left a {carrier} facility"],
    },
    arrived: {
      headline: ON_ITS_WAY,
      explanation: [
        "Your parcel has reached {carrier}’s facility in {city}.",
        "Your parcel has reached a {carrier} facility.",
      ],
      next: NOTHING_TO_DO,
      scan: ["Arrived at a {carrier} facility"],
    },
    at_destination_facility: {
      headline: ON_ITS_WAY,
      explanation: ["Your parcel has reached the {carrier} facility that delivers to you."],
      next: ["Next, it is loaded for delivery. There is nothing you need to do."],
      scan: ["Arrived at the facility that delivers to you"],
    },
    handed_to_partner: {
      headline: ON_ITS_WAY,
      explanation: ["{carrier} has handed your parcel to a partner that carries it on."],
      next: ["The partner’s scans follow as far as {carrier} passes them on."],
      scan: ["Handed to a delivery partner"],
    },
    to_pickup_point: {
      headline: ["At the pickup point {date}", "On its way to a pickup point"],
      explanation: ["{carrier} is bringing your parcel to a pickup point."],
      next: ["You can collect it once it is reported as ready."],
      scan: ["On its way to a pickup point"],
    },
    customs_processing: {
      headline: ["In customs, arriving {date}", "Going through customs"],
      explanation: ["Customs is checking your parcel in {city}.", "Customs is checking your parcel."],
      next: ["Customs can add days. There is nothing you need to do."],
      scan: ["Going through customs"],
    },
    customs_cleared: {
      headline: ON_ITS_WAY,
      explanation: ["Customs has released your parcel."],
      next: NOTHING_TO_DO,
      scan: ["Released by customs"],
    },
    delivery_change: {
      headline: ON_ITS_WAY,
      explanation: ["The delivery was changed at {carrier} as requested."],
      next: ["If nobody asked for this, contact {store}."],
      scan: ["Delivery changed on request"],
    },
    rescheduled: {
      headline: ["New date: arriving {newDate}", "Arriving {date}", "Delivery moved to another day"],
      explanation: [
        "{carrier} has moved the delivery from {oldDate} to {newDate}.",
        "{carrier} has moved the delivery to another day.",
      ],
      next: NOTHING_TO_DO,
      scan: ["Delivery moved to another day"],
    },

    out_for_delivery: {
      headline: ["Arriving {date}", "Out for delivery"],
      explanation: ["Your parcel is on the delivery vehicle in {city}.", "Your parcel is on the delivery vehicle."],
      next: ["Please make sure that somebody can take it in."],
      scan: ["Out for delivery"],
    },
    arriving_soon: {
      headline: ["Arriving {date}", "Out for delivery"],
      explanation: ["{carrier} says the driver is close to you."],
      next: ["Please make sure that somebody can take it in."],
      scan: ["The driver is close"],
    },
    available_for_pickup: {
      headline: ["Ready to collect in {city}", "Ready to collect"],
      explanation: ["Your parcel is waiting for you at a {carrier} pickup point."],
      next: [
        "Collect it with the tracking number and a photo ID. {carrier} shows the address and until when it is kept.",
      ],
      scan: ["Ready to collect"],
    },
    pickup_reminder: {
      headline: ["Still waiting to be collected in {city}", "Still waiting to be collected"],
      explanation: [
        "Your parcel has not been collected yet. {carrier} sends it back when its time at the pickup point is over.",
      ],
      next: [
        "Collect it with the tracking number and a photo ID. {carrier} shows the address and until when it is kept.",
      ],
      scan: ["Reminder: ready to collect"],
    },

    delivered: delivered("{carrier} has delivered your parcel.", "Delivered"),
    signed_for: delivered("{carrier} has delivered your parcel against a signature.", "Delivered, signed for"),
    left_in_safe_place: delivered("{carrier} has left your parcel in a safe place.", "Delivered, left in a safe place"),
    in_mailbox: delivered("{carrier} has put your parcel in the mailbox.", "Delivered to the mailbox"),
    to_neighbour: delivered("{carrier} has left your parcel with a neighbour.", "Delivered to a neighbour", [
      "If you don’t know which neighbour, look for a card from {carrier}. Still missing? Contact {store}.",
    ]),
    to_reception: delivered(
      "{carrier} has handed your parcel in at a reception or mail room.",
      "Delivered to a reception",
      ["Ask at the reception or mail room of the building. Still missing? Contact {store}."],
    ),
    parcel_locker: delivered("{carrier} has put your parcel in a parcel locker.", "Delivered to a parcel locker", [
      "Open the locker with the code that {carrier} has sent you.",
    ]),
    collected: delivered("Your parcel was collected at the pickup point.", "Collected", [
      "If it was not collected by you or for you, contact {store}.",
    ]),

    delivery_attempted: {
      headline: ["Delivery tried, next date {date}", "Delivery tried {day}", "Delivery tried"],
      explanation: ["{carrier} tried to deliver your parcel and could not."],
      next: NEXT_TRY,
      scan: ["Delivery tried"],
    },
    recipient_unavailable: {
      headline: [
        "Nobody was there, next date {date}",
        "Delivery tried {day}: nobody was there",
        "Delivery tried: nobody was there",
      ],
      explanation: ["{carrier} came to deliver and found nobody to take your parcel in."],
      next: [
        "Please make sure that somebody can take it in {date}, or change the delivery at {carrier}.",
        "Look for a card from {carrier}, or ask {carrier} for another day or a pickup point.",
      ],
      scan: ["Delivery tried: nobody was there"],
    },
    business_closed: {
      headline: [
        "Closed on delivery, next date {date}",
        "Delivery tried {day}: the business was closed",
        "Delivery tried: the business was closed",
      ],
      explanation: ["{carrier} came to deliver and found the business closed."],
      next: NEXT_TRY,
      scan: ["Delivery tried: the business was closed"],
    },
    access_problem: {
      headline: ["{carrier} could not reach your door"],
      explanation: ["{carrier} could not get to the address: a gate, a door or a road was in the way."],
      next: ["Tell {carrier} how to get in (code, bell, entrance), or contact {store}."],
      scan: ["The driver could not reach the door"],
    },
    address_issue: {
      headline: ["{carrier} needs a better address"],
      explanation: ["{carrier} cannot deliver to the address as it is written: something in it is wrong or missing."],
      next: ["Check the address of your order and contact {store} with the right one. The parcel waits until then."],
      scan: ["The address is wrong or incomplete"],
    },
    refused: {
      headline: ["Delivery was refused"],
      explanation: ["{carrier} says that the parcel was refused at the address."],
      next: ["If you did not refuse it, or still want it, contact {store}."],
      scan: ["Delivery was refused"],
    },
    payment_due: {
      headline: ["A payment is due on delivery"],
      explanation: ["{carrier} delivers this parcel only against a payment."],
      next: ["Pay {carrier} directly, on its own website or at the door. Not expected? Contact {store} first."],
      scan: ["A payment is due"],
    },
    shopper_action_required: {
      headline: ["{carrier} needs something from you"],
      explanation: ["{carrier} cannot go on without you."],
      next: ["{carrier}’s own words in the tracking history say what is missing. If they don’t help, contact {store}."],
      scan: ["{carrier} needs something from the recipient"],
    },
    delayed: {
      headline: RUNNING_LATE,
      explanation: late("{carrier} reports a delay."),
      next: LATE_NEXT,
      scan: ["Delayed"],
    },
    delayed_weather: {
      headline: RUNNING_LATE,
      explanation: late("The weather is holding your parcel up."),
      next: LATE_NEXT,
      scan: ["Delayed by the weather"],
    },
    delayed_operational: {
      headline: RUNNING_LATE,
      explanation: late("{carrier} reports a delay in its network."),
      next: LATE_NEXT,
      scan: ["Delayed in {carrier}’s network"],
    },
    missorted: {
      headline: RUNNING_LATE,
      explanation: late("Your parcel took a wrong turn at {carrier}."),
      next: LATE_NEXT,
      scan: ["Sent the wrong way"],
    },
    held: {
      headline: ["On hold at {carrier}"],
      explanation: ["{carrier} is holding your parcel in {city}.", "{carrier} is holding your parcel."],
      next: ["{carrier}’s own words in the tracking history may say why. If it does not move, contact {store}."],
      scan: ["On hold"],
    },
    customs_held: {
      headline: ["Held by customs"],
      explanation: ["Customs is holding your parcel in {city}.", "Customs is holding your parcel."],
      next: ["Customs gives no date. If it needs anything from you, the tracking page shows it."],
      scan: ["Held by customs"],
    },
    customs_documents_missing: {
      headline: ["Customs is waiting for documents"],
      explanation: ["Customs needs documents before it lets your parcel go on."],
      next: ["{store} has to send them. If {carrier} asks you for something, please answer it."],
      scan: ["Customs is waiting for documents"],
    },
    customs_duties_due: {
      headline: ["Customs duties are due"],
      explanation: ["Customs lets your parcel go on when duties or taxes are paid."],
      next: ["Pay {carrier} directly, on its own website. Not sure what is asked? Contact {store} first."],
      scan: ["Customs duties are due"],
    },
    customs_rejected: {
      headline: ["Customs did not let it through"],
      explanation: ["Customs has refused entry to your parcel."],
      next: STORE_TAKES_OVER,
      scan: ["Refused by customs"],
    },
    security_hold: {
      headline: ["On hold for a security check"],
      explanation: ["{carrier} reports a security check of your parcel."],
      next: ["No date is given for such a check. There is nothing you need to do."],
      scan: ["On hold for a security check"],
    },
    not_permitted: {
      headline: ["{carrier} cannot carry this parcel"],
      explanation: ["{carrier} does not carry something that it says is in the parcel."],
      next: STORE_TAKES_OVER,
      scan: ["Contents not permitted"],
    },
    damaged: {
      headline: ["Damaged on the way"],
      explanation: ["{carrier} reports that your parcel was damaged."],
      next: [
        "Contact {store} about a replacement or your money back. If it arrives, take photos before you unpack it.",
      ],
      scan: ["Damage reported"],
    },
    lost: {
      headline: ["{carrier} cannot find your parcel"],
      explanation: ["{carrier} reports your parcel as lost."],
      next: ["Contact {store} about a replacement or your money back."],
      scan: ["Reported as lost"],
    },
    under_investigation: {
      headline: ["{carrier} is looking for your parcel"],
      explanation: ["{carrier} has opened a search for your parcel."],
      next: ["The tracking page shows the result. Until then, {store} can help."],
      scan: ["{carrier} is looking for it"],
    },
    returning_to_sender: {
      headline: ["On its way back to {store}"],
      explanation: ["{carrier} is sending your parcel back."],
      next: ["Contact {store} if you still want it, or would like your money back."],
      scan: ["On its way back to the sender"],
    },
    returned_to_sender: {
      headline: ["Returned to {store}"],
      explanation: ["{carrier} has brought your parcel back to the sender."],
      next: ["Contact {store}: it can be sent again, or you get your money back."],
      scan: ["Returned to the sender"],
    },
    cancelled: {
      headline: ["This shipment was cancelled"],
      explanation: ["The shipment was cancelled at {carrier}."],
      next: ["If you did not expect this, contact {store}."],
      scan: ["Shipment cancelled"],
    },
    disposed: {
      headline: ["This parcel will not arrive"],
      explanation: ["{carrier} reports that the parcel was destroyed or disposed of."],
      next: ["Contact {store} about a replacement or your money back."],
      scan: ["Disposed of by {carrier}"],
    },
    problem: {
      headline: ["{carrier} reports a problem"],
      explanation: [
        "{carrier} reports a problem with your parcel and says no more than its own words in the tracking history.",
      ],
      next: ["If the next scan does not clear it up, contact {store}."],
      scan: ["Problem reported"],
    },
  },
  phrases: {
    today: "today",
    eitherDay: "{first} or {second}, {range}",
    dateAndWindow: "{date}, {window}",
    byTime: "by {time}",
    fromTime: "from {time}",
    placeAndTime: "{place}, {time}",

    orderNumber: "Order {number}",
    orderPlaced: "Placed {date}",
    yourOrder: "Your order",
    parcelOf: "Parcel {index} of {total}",
    returnParcel: "Return",
    parcelsDelivered: "{delivered} of {total} parcels delivered",
    itemsNotShipped: "{count, plural, one {# item not shipped yet} other {# items not shipped yet}}",
    quantity: "{count} ×",
    items: "Items",
    inThisParcel: "In this parcel",
    parcels: "Parcels",

    whatYouCanDo: "What you can do",
    whatHappensNext: "What happens next",
    progress: "Progress",
    stepDone: "done",
    stepNow: "now",
    stepAttention: "needs attention",
    stepAhead: "still to come",

    stepConfirmed: "Confirmed",
    stepLabel: "Label created",
    stepShipped: "Shipped",
    stepInTransit: "In transit",
    stepOutForDelivery: "Out for delivery",
    stepDeliveryTried: "Delivery tried",
    stepDelivered: "Delivered",
    stepReadyToCollect: "Ready to collect",
    stepCollected: "Collected",
    stepComingBack: "Coming back",
    stepReturned: "Returned",

    estimatedDelivery: "Estimated delivery",
    lastEstimate: "Last estimate",
    newEstimate: "New estimate",
    previously: "Before: {date}",
    sourceCarrier: "Estimate by {carrier}",
    sourcePredicted: "Estimate by {store} from earlier deliveries",
    sourcePromised: "Promised by {store} with your order",

    history: "Tracking history",
    earlierScans: "{count, plural, one {Show # earlier scan} other {Show # earlier scans}}",
    noScans: "No scan by {carrier} yet",
    carrierSays: "{carrier}:",
    localTimeNotConfirmed: "local time not confirmed",
    timeNotGiven: "time not given",
    timeInUtc: "{time} UTC",
    proofOfDelivery: "Proof of delivery",
    receivedBy: "Received by {name}",
    leftAt: "Left at: {place}",
    signatureTaken: "Signature taken",
    photoTaken: "Photo taken",

    carrier: "Carrier",
    service: "Service",
    trackingNumber: "Tracking number",
    openAtCarrier: "View at {carrier}",
    deliveringTo: "Delivering to",
    help: "Help",
    helpText: "A question about your order? {store} is happy to help. Have the order number at hand.",
    contactStore: "Contact {store}",
    visitStore: "Visit {store}",
    skipToContent: "Skip to content",

    pageTitle: "{headline} – order {number}",
    subject: "{headline} – order {number}",
    severalParcels: "{count, plural, one {# parcel} other {# parcels}}: {headline}",
    moreItems: "{count, plural, one {and # more item} other {and # more items}}",
    carrierNumber: "{carrier} tracking number",
    mailButton: "Track your order",
    mailButtonAct: "See details and what to do",
    mailReason: "You get this e-mail because you placed order {number} at {store}.",
    mailHelp: "Questions? {store} is happy to help:",

    goneTitle: "This link has expired",
    goneText:
      "Tracking links stop working some time after an order is finished, or when a new link was made. {store} can help you with your order.",
    goneTextPlain:
      "Tracking links stop working some time after an order is finished, or when a new link was made. The store can help you with your order.",
    notFoundTitle: "There is no page here",
    notFoundText: "Check that the whole link from your message was opened: a part of it may be missing.",
    asOf: "We can’t check for news right now. This is how things stood at {time}.",
    unavailableTitle: "Tracking is taking a break",
    unavailableText:
      "We can’t show your order right now. Your parcel is not affected. Please try again in a few minutes.",
  },
};
