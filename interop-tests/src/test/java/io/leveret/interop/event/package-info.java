/** What the event exchange tells. */
@NullMarked
package io.leveret.interop.event;

import org.jspecify.annotations.NullMarked;
