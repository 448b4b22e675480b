/**
 * The clients that users have, other than RabbitMQ's for Java: programs made with them print the same lines whichever
 * broker they talk to. The programs are examples, too.
 */
@NullMarked
package io.leveret.interop.clients;

import org.jspecify.annotations.NullMarked;
