package io.leveret.amqp.method;

/** A method of the class {@code channel} (20). */
public sealed interface ChannelMethod extends Method
        permits ChannelOpen, ChannelOpenOk, ChannelFlow, ChannelFlowOk, ChannelClose, ChannelCloseOk {

    int CLASS_ID = 20;
}
