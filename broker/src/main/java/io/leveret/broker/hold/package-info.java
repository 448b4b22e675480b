/** What exchanges that hold messages back have in common, whatever for. */
@NullMarked
package io.leveret.broker.hold;

import org.jspecify.annotations.NullMarked;
