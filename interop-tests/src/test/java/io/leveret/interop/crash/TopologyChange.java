package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.Topology.Binding;
import io.leveret.interop.crash.Topology.Durability;
import io.leveret.interop.crash.Topology.Exchange;
import io.leveret.interop.crash.Topology.Queue;
import java.io.IOException;

/** One method that changes the topology, and what it makes of one. */
sealed interface TopologyChange {

    /** Returns when the broker has answered. */
    void perform(Channel channel) throws IOException;

    Topology appliedTo(Topology topology);

    record DeclareQueue(String name, Queue queue) implements TopologyChange {
        @Override
        public void perform(Channel channel) throws IOException {
            Durability durability = queue.durability();
            channel.queueDeclare(
                    name, durability.durable, durability.exclusive, durability.autoDelete, queue.arguments());
            if (durability == Durability.CONSUMED_AUTO_DELETE) {
                channel.basicConsume(name, true, (tag, delivery) -> {}, tag -> {});
            }
        }

        @Override
        public Topology appliedTo(Topology topology) {
            return topology.withQueue(name, queue);
        }
    }

    record DeleteQueue(String name) implements TopologyChange {
        @Override
        public void perform(Channel channel) throws IOException {
            channel.queueDelete(name);
        }

        @Override
        public Topology appliedTo(Topology topology) {
            return topology.withoutQueue(name);
        }
    }

    record DeclareExchange(String name, Exchange exchange) implements TopologyChange {
        @Override
        public void perform(Channel channel) throws IOException {
            channel.exchangeDeclare(name, exchange.type(), exchange.durable(), false, exchange.arguments());
        }

        @Override
        public Topology appliedTo(Topology topology) {
            return topology.withExchange(name, exchange);
        }
    }

    record DeleteExchange(String name) implements TopologyChange {
        @Override
        public void perform(Channel channel) throws IOException {
            channel.exchangeDelete(name);
        }

        @Override
        public Topology appliedTo(Topology topology) {
            return topology.withoutExchange(name);
        }
    }

    record Bind(Binding binding) implements TopologyChange {
        @Override
        public void perform(Channel channel) throws IOException {
            channel.queueBind(binding.queue(), binding.exchange(), binding.routingKey(), binding.arguments());
        }

        @Override
        public Topology appliedTo(Topology topology) {
            return topology.withBinding(binding);
        }
    }

    record Unbind(Binding binding) implements TopologyChange {
        @Override
        public void perform(Channel channel) throws IOException {
            channel.queueUnbind(binding.queue(), binding.exchange(), binding.routingKey(), binding.arguments());
        }

        @Override
        public Topology appliedTo(Topology topology) {
            return topology.withoutBinding(binding);
        }
    }
}
