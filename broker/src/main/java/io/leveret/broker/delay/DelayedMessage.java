package io.leveret.broker.delay;

import io.leveret.broker.message.Message;

/**
 * A message that waits, as who looks inside sees it.
 *
 * @param dueMs when it is due, in milliseconds since 1970
 */
public record DelayedMessage(long dueMs, Message message) {}
