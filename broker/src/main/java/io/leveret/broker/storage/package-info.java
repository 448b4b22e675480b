/** Between a virtual host and its store: what is written down, and who waits for it. */
@NullMarked
package io.leveret.broker.storage;

import org.jspecify.annotations.NullMarked;
