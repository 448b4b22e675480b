/** What waits in exchanges of type {@code x-delayed-message}, until it falls due or is cancelled. */
@NullMarked
package io.leveret.broker.delay;

import org.jspecify.annotations.NullMarked;
