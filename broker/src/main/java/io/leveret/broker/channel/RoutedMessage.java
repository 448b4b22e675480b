package io.leveret.broker.channel;

import io.leveret.broker.message.Message;
import io.leveret.broker.vhost.Exchange;
import io.leveret.broker.vhost.Route;

/**
 * A message of a transaction, routed when it was published.
 *
 * @param exchange that it was published to
 * @param mandatory whether it is to be returned if it goes nowhere
 */
record RoutedMessage(Message message, Exchange exchange, Route route, boolean mandatory) {}
