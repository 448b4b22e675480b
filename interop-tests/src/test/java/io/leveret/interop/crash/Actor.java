package io.leveret.interop.crash;

/** A client that does one thing over and over, on a thread of its own, until its connection is gone. */
interface Actor {

    void step() throws Exception;
}
