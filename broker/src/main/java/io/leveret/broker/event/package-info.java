/** What happens in a broker, for who wants to know: events, and where parts of the broker tell them. */
@NullMarked
package io.leveret.broker.event;

import org.jspecify.annotations.NullMarked;
