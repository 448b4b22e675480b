/** What is published: the immutable message and its address. */
@NullMarked
package io.leveret.broker.message;

import org.jspecify.annotations.NullMarked;
