// Package credit holds public credit facts and what the law says of them: subject codes, records, their histories,
// dated policy, standing, source coverage and consent. It imports nothing of ours and reads no clock.
package credit
