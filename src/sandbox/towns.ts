/** A place in the United States where the sandbox's parcels are seen. Postal codes are of the city, buildings invented. */
export interface Town {
  readonly city: string;
  /** Two-letter state. */
  readonly region: string;
  readonly postalCode: string;
  readonly country: "US";
  /** IANA zone, so that both carriers can print the local time. */
  readonly zone: string;
  /** A four-digit building number, written where a carrier names its facility. */
  readonly facility: string;
}

const town = (city: string, region: string, postalCode: string, zone: string, facility: string): Town => ({
  city,
  region,
  postalCode,
  country: "US",
  zone,
  facility,
});

export const ATLANTA = town("Atlanta", "GA", "30336", "America/New_York", "3034");
export const AUSTIN = town("Austin", "TX", "78744", "America/Chicago", "7871");
export const BOISE = town("Boise", "ID", "83716", "America/Boise", "8371");
export const BUFFALO = town("Buffalo", "NY", "14225", "America/New_York", "1429");
export const CHARLOTTE = town("Charlotte", "NC", "28208", "America/New_York", "2829");
export const CHICAGO = town("Chicago", "IL", "60638", "America/Chicago", "6069");
export const DALLAS = town("Dallas", "TX", "75236", "America/Chicago", "7521");
export const DENVER = town("Denver", "CO", "80216", "America/Denver", "8021");
export const INDIANAPOLIS = town("Indianapolis", "IN", "46241", "America/Indiana/Indianapolis", "4629");
export const KNOXVILLE = town("Knoxville", "TN", "37921", "America/New_York", "3799");
export const MADISON = town("Madison", "WI", "53718", "America/Chicago", "5379");
export const MEMPHIS = town("Memphis", "TN", "38118", "America/Chicago", "3819");
export const NASHVILLE = town("Nashville", "TN", "37210", "America/Chicago", "3721");
export const PHOENIX = town("Phoenix", "AZ", "85043", "America/Phoenix", "8502");
export const PORTLAND = town("Portland", "OR", "97218", "America/Los_Angeles", "9721");
export const SACRAMENTO = town("Sacramento", "CA", "95828", "America/Los_Angeles", "9582");
export const SAN_ANTONIO = town("San Antonio", "TX", "78219", "America/Chicago", "7829");
export const SEATTLE = town("Seattle", "WA", "98108", "America/Los_Angeles", "9812");
export const TUCSON = town("Tucson", "AZ", "85706", "America/Phoenix", "8579");
