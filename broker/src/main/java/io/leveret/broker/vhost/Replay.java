package io.leveret.broker.vhost;

import io.leveret.broker.message.Destination;
import io.leveret.broker.message.Message;
import java.util.List;

/**
 * What a new binding's destination is to get at once: the history of an {@code x-recent-history} exchange; immutable. Who binds
 * has to bring it there.
 *
 * @param messages oldest first
 */
public record Replay(Destination destination, List<Message> messages) {}
