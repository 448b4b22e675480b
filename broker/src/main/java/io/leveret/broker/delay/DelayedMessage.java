package io.leveret.broker.delay;

import io.leveret.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message that waits, as who looks inside sees it.
 *
 * @param dueMs when it is due, in milliseconds since 1970
 * @param message null if it was spilled since memory is short, or can't be read now
 */
public record DelayedMessage(long dueMs, @Nullable Message message) {}
