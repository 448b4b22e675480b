/** Half messages in exchanges of type {@code x-transactional}: they wait until somebody decides whether they come. */
@NullMarked
package io.leveret.broker.transaction;

import org.jspecify.annotations.NullMarked;
