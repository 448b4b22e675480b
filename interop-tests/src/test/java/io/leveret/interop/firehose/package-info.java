/** What the trace exchange tells. */
@NullMarked
package io.leveret.interop.firehose;

import org.jspecify.annotations.NullMarked;
