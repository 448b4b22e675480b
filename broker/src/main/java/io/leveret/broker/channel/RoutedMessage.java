package io.leveret.broker.channel;

import io.leveret.broker.message.Message;
import io.leveret.broker.vhost.Route;

/**
 * A message of a transaction, routed when it was published.
 *
 * @param mandatory whether it is to be returned if it goes nowhere
 */
record RoutedMessage(Message message, Route route, boolean mandatory) {}
