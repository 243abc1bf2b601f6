/** How many of the newest unread messages a source reports for an account. */
export const LATEST_MESSAGES = 10
