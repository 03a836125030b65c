package dev.octavo.engine.sandbox.network;

import dev.octavo.engine.sandbox.kube.ApiException;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kinds;
import dev.octavo.engine.sandbox.kube.ServiceAdmission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives pods and Services their addresses, and listens for Services.
 *
 * <p>Pods are at {@code 127.20.N.y} and Services at {@code 127.96.N.y}, where N is this sandbox's own. Where the system has
 * only one loopback address, these are names without a place: everything listens at {@code 127.0.0.1}, and the agent in
 * the pods maps them by the table that is kept here.
 */
public final class PodNetwork implements ServiceAdmission, AutoCloseable {
    /** What is added to a port that only the system's administrator may listen at. */
    public static final int LOW_PORT_OFFSET = 20_000;

    private static final int PRIVILEGED = 1024;
    private static final int LOCK_PORT = 20_999;
    private static final int FIRST_NODE_PORT = 30_000;
    private static final int NODE_PORTS = 2768;

    /** A port of a Service, and the pods behind it. */
    public record PortTargets(String name, int port, List<Endpoint> ready) {
        public PortTargets {
            ready = List.copyOf(ready);
        }
    }

    /** A pod's address and port. */
    public record Endpoint(String address, int port) {}

    /** A Service that names are resolved to. */
    private record Key(String namespace, String name) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int order = namespace.compareTo(other.namespace);
            return order != 0 ? order : name.compareTo(other.name);
        }
    }

    private static final class Entry {
        String address = "";
        /** The host outside that the name stands for. */
        String alias = "";
        /** By the Service's port. */
        final Map<Integer, Relay> relays = new LinkedHashMap<>();
        /** Where the Service's ports listen now. */
        final Map<Integer, InetSocketAddress> listening = new HashMap<>();

        final Map<Integer, Integer> nodePorts = new HashMap<>();
        final Map<Integer, Integer> browserPorts = new HashMap<>();
        /** Of a Service without an address of its own: the pods by the names that they have in it. */
        Map<String, List<String>> records = Map.of();
    }

    private final Path table;
    private final Path ports;
    private final boolean mapped;
    private final int block;
    private final @Nullable ServerSocket lock;
    private final boolean lowPortsAllowed;
    private final ExecutorService threads;
    private final Set<String> addresses = new HashSet<>();
    private final Map<Key, Entry> services = new TreeMap<>();
    private final Map<Integer, ServerSocket> reservedNodePorts = new HashMap<>();
    private final Random random = new Random();
    private int nextPod = 1;
    private int nextService = 1;
    private boolean closed;

    private PodNetwork(Path folder, boolean mapped, int block, @Nullable ServerSocket lock, boolean lowPortsAllowed) {
        this.table = folder.resolve("network");
        this.ports = folder.resolve("ports");
        this.mapped = mapped;
        this.block = block;
        this.lock = lock;
        this.lowPortsAllowed = lowPortsAllowed;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "octavo-sandbox-relay");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Takes a block of addresses that no other sandbox on this machine uses.
     *
     * @param folder where its files go
     * @param mapped whether there is only one loopback address
     * @throws IOException where no block is free
     */
    public static PodNetwork start(Path folder, boolean mapped) throws IOException {
        return start(folder, mapped, mapped || canListenLow());
    }

    /** @param lowPortsAllowed whether this user may listen at ports below 1024 */
    static PodNetwork start(Path folder, boolean mapped, boolean lowPortsAllowed) throws IOException {
        Files.createDirectories(folder.resolve("ports"));
        int first = new Random().nextInt(250);
        for (int i = 0; i < 250; i++) {
            int block = 1 + (first + i) % 250;
            if (mapped) {
                return finish(new PodNetwork(folder, true, block, null, true));
            }
            try {
                ServerSocket lock = new ServerSocket(LOCK_PORT, 1, address("127.96." + block + ".254"));
                return finish(new PodNetwork(folder, false, block, lock, lowPortsAllowed));
            } catch (IOException e) {
                // another sandbox has it
            }
        }
        throw new IOException("no block of loopback addresses is free in 127.96.0.0/16");
    }

    private static PodNetwork finish(PodNetwork network) {
        synchronized (network) {
            network.writeTable();
        }
        return network;
    }

    /** Whether this system has all of 127.0.0.0/8, and not only 127.0.0.1. */
    public static boolean hasLoopbackNetwork() {
        try (ServerSocket socket = new ServerSocket(0, 1, address("127.96.251.1"))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean canListenLow() {
        for (int last = 2; last < 255; last++) {
            try (ServerSocket socket = new ServerSocket(80, 1, address("127.96.251." + last))) {
                return socket.isBound();
            } catch (IOException e) {
                boolean taken = String.valueOf(e.getMessage()).contains("in use");
                if (!taken) {
                    return false;
                }
            }
        }
        return false;
    }

    private static InetAddress address(String text) {
        String[] parts = text.split("\\.");
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    // ----------------------------------------------------------------------------------------------------------- pods

    /** An address for a new pod. */
    public synchronized String takePodAddress() {
        for (int i = 0; i < 253; i++) {
            String candidate = "127.20." + block + "." + nextPod;
            nextPod = nextPod % 253 + 1;
            if (addresses.add(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("the sandbox has room for 253 pods, and has that many");
    }

    /** The pod is gone. */
    public synchronized void returnPodAddress(String address) {
        addresses.remove(address);
        try {
            Files.deleteIfExists(ports.resolve(address));
        } catch (IOException e) {
            // the folder goes later
        }
    }

    /** The address goes out of all Services, at once. */
    public synchronized void withdraw(String address) {
        for (Entry entry : services.values()) {
            for (Map.Entry<Integer, Relay> each : entry.relays.entrySet()) {
                List<Relay.Target> left = each.getValue().targets().stream()
                        .filter(target -> !target.address().equals(address))
                        .toList();
                each.getValue().setTargets(left);
                adjust(entry, each.getKey(), each.getValue());
            }
        }
    }

    /** Where a port of a pod really listens; nothing where that is not known yet. */
    public Optional<InetSocketAddress> reach(String address, int port) {
        if (!mapped) {
            return Optional.of(new InetSocketAddress(address(address), lowPort(port)));
        }
        try {
            Path file = ports.resolve(address);
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            int found = 0;
            for (String line : Files.readAllLines(file)) {
                String[] words = line.split(" ");
                if (words.length == 2 && words[0].equals(Integer.toString(port))) {
                    found = Integer.parseInt(words[1]);
                }
            }
            return found == 0 ? Optional.empty() : Optional.of(new InetSocketAddress(address("127.0.0.1"), found));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private int lowPort(int port) {
        return port < PRIVILEGED && !lowPortsAllowed ? port + LOW_PORT_OFFSET : port;
    }

    /** What the agent in a pod is told. */
    public Map<String, String> agentSettings(String address, String namespace, String podName) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("address", address);
        settings.put("namespace", namespace);
        settings.put("pod", podName);
        settings.put("mapped", Boolean.toString(mapped));
        settings.put("low", Integer.toString(lowPortsAllowed ? 0 : PRIVILEGED));
        settings.put("pods", "127.20." + block + ".");
        settings.put("services", "127.96." + block + ".");
        settings.put("parent", Long.toString(ProcessHandle.current().pid()));
        settings.put("table", table.toString());
        settings.put("ports", ports.toString());
        return settings;
    }

    // ------------------------------------------------------------------------------------------------------- services

    @Override
    public synchronized void admit(ObjectNode service, @Nullable ObjectNode before, boolean dryRun) {
        if (!(service.path("spec") instanceof ObjectNode spec)) {
            return;
        }
        String type = Json.text(spec, "type");
        if (type.equals("ExternalName")) {
            spec.remove("clusterIP");
            spec.remove("clusterIPs");
            return;
        }
        String asked = Json.text(spec, "clusterIP");
        if (asked.isEmpty()) {
            spec.put("clusterIP", dryRun ? "127.96." + block + ".252" : takeServiceAddress());
        } else if (!asked.equals("None")
                && (before == null || !Json.text(before, "spec", "clusterIP").equals(asked))) {
            if (!asked.startsWith("127.96." + block + ".")) {
                throw refused(
                        service,
                        "spec.clusterIPs[0]",
                        "Invalid value: \"" + asked + "\": the sandbox's Services are at 127.96." + block + ".0/24");
            }
            if (addresses.contains(asked)) {
                throw refused(
                        service,
                        "spec.clusterIPs[0]",
                        "Invalid value: \"" + asked + "\": provided IP is already allocated");
            }
            if (!dryRun) {
                addresses.add(asked);
            }
        }
        spec.putArray("clusterIPs").add(Json.text(spec, "clusterIP"));
        boolean exposed = type.equals("NodePort")
                || (type.equals("LoadBalancer")
                        && spec.path("allocateLoadBalancerNodePorts").asBoolean(true));
        for (JsonNode each : spec.path("ports")) {
            if (each instanceof ObjectNode port) {
                if (!exposed) {
                    port.remove("nodePort");
                } else {
                    admitNodePort(service, before, port, dryRun);
                }
            }
        }
        if (type.equals("LoadBalancer")) {
            ObjectNode status = service.withObjectProperty("status").putObject("loadBalancer");
            status.putArray("ingress").addObject().put("ip", "127.0.0.1").put("ipMode", "Proxy");
        }
    }

    private String takeServiceAddress() {
        for (int i = 0; i < 251; i++) {
            String candidate = "127.96." + block + "." + nextService;
            nextService = nextService % 251 + 1;
            if (addresses.add(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("the sandbox has room for 251 Services, and has that many");
    }

    private void admitNodePort(ObjectNode service, @Nullable ObjectNode before, ObjectNode port, boolean dryRun) {
        int asked = port.path("nodePort").asInt(0);
        if (asked == 0) {
            for (int i = 0; i < NODE_PORTS; i++) {
                int candidate = FIRST_NODE_PORT + random.nextInt(NODE_PORTS);
                if (!isNodePortUsed(candidate) && reserve(candidate, dryRun)) {
                    port.put("nodePort", candidate);
                    return;
                }
            }
            throw refused(service, "spec.ports[0].nodePort", "Internal error: no node port is free");
        }
        if (before != null) {
            for (JsonNode known : before.path("spec").path("ports")) {
                if (known.path("nodePort").asInt(0) == asked) {
                    return;
                }
            }
        }
        if (isNodePortUsed(asked)) {
            throw refused(
                    service,
                    "spec.ports[0].nodePort",
                    "Invalid value: " + asked + ": provided port is already allocated");
        }
        if (!reserve(asked, dryRun)) {
            throw refused(
                    service,
                    "spec.ports[0].nodePort",
                    "Invalid value: " + asked + ": another program on this machine listens at 127.0.0.1:" + asked);
        }
    }

    private boolean isNodePortUsed(int port) {
        return reservedNodePorts.containsKey(port)
                || services.values().stream().anyMatch(entry -> entry.nodePorts.containsValue(port));
    }

    /** Holds a port until its Service listens at it. */
    private boolean reserve(int port, boolean dryRun) {
        try {
            ServerSocket socket = new ServerSocket(port, 1, address("127.0.0.1"));
            if (dryRun) {
                socket.close();
            } else {
                reservedNodePorts.put(port, socket);
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static ApiException refused(ObjectNode service, String field, String message) {
        return ApiException.invalid(
                Kinds.SERVICE,
                Json.name(service),
                List.of(new ApiException.Cause("FieldValueInvalid", field, message)));
    }

    /**
     * Makes a Service listen, and its name known.
     *
     * @param targets its ports with the ready pods behind them
     * @param records of a headless Service: the addresses of its names; {@code ""} is the Service's own
     */
    public synchronized void serve(ObjectNode service, List<PortTargets> targets, Map<String, List<String>> records) {
        if (closed) {
            return;
        }
        Key key = new Key(Json.namespace(service), Json.name(service));
        Entry entry = services.computeIfAbsent(key, any -> new Entry());
        String address = Json.text(service, "spec", "clusterIP");
        boolean headless = address.equals("None") || address.isEmpty();
        boolean changed = !entry.address.equals(headless ? "" : address) || !entry.records.equals(records);
        entry.address = headless ? "" : address;
        entry.alias = "";
        entry.records = Map.copyOf(records);
        Set<Integer> wanted = new HashSet<>();
        for (PortTargets each : targets) {
            wanted.add(each.port());
            Relay relay = entry.relays.computeIfAbsent(each.port(), any -> new Relay(this::reach, threads));
            relay.setTargets(each.ready().stream()
                    .map(pod -> new Relay.Target(pod.address(), pod.port()))
                    .toList());
            changed |= adjust(entry, each.port(), relay);
            nodePort(service, entry, each.port(), relay);
        }
        changed |= entry.relays.keySet().removeIf(port -> {
            if (wanted.contains(port)) {
                return false;
            }
            Relay relay = entry.relays.get(port);
            if (relay != null) {
                relay.close();
            }
            entry.listening.remove(port);
            entry.nodePorts.remove(port);
            entry.browserPorts.remove(port);
            return true;
        });
        if (changed) {
            writeTable();
        }
    }

    /** Listens at the Service's address while there are pods, and not without: a client is refused at once then. */
    private boolean adjust(Entry entry, int port, Relay relay) {
        InetSocketAddress present = entry.listening.get(port);
        boolean wanted = !relay.targets().isEmpty() && !entry.address.isEmpty();
        if (wanted && present == null) {
            InetSocketAddress address = mapped
                    ? new InetSocketAddress(address("127.0.0.1"), 0)
                    : new InetSocketAddress(address(entry.address), lowPort(port));
            try {
                int chosen = relay.listen(address);
                entry.listening.put(port, new InetSocketAddress(address.getAddress(), chosen));
                return true;
            } catch (IOException e) {
                return false; // tried again with the next change
            }
        }
        if (!wanted && present != null && !mapped) {
            relay.unlisten(present);
            entry.listening.remove(port);
        }
        return false;
    }

    private void nodePort(ObjectNode service, Entry entry, int servicePort, Relay relay) {
        int wanted = 0;
        for (JsonNode port : service.path("spec").path("ports")) {
            if (port.path("port").asInt(0) == servicePort) {
                wanted = port.path("nodePort").asInt(0);
            }
        }
        Integer present = entry.nodePorts.get(servicePort);
        if (present != null && present != wanted) {
            relay.unlisten(new InetSocketAddress(address("127.0.0.1"), present));
            entry.nodePorts.remove(servicePort);
        }
        if (wanted != 0 && (present == null || present != wanted)) {
            try (ServerSocket held = reservedNodePorts.remove(wanted)) {
                // given back just before it is listened at
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            try {
                relay.listen(new InetSocketAddress(address("127.0.0.1"), wanted));
                entry.nodePorts.put(servicePort, wanted);
            } catch (IOException e) {
                // tried again with the next change
            }
        }
    }

    /** A Service that is only another name for a host outside. */
    public synchronized void alias(ObjectNode service) {
        Entry entry =
                services.computeIfAbsent(new Key(Json.namespace(service), Json.name(service)), any -> new Entry());
        entry.relays.values().forEach(Relay::close);
        entry.relays.clear();
        entry.listening.clear();
        entry.address = "";
        entry.alias = Json.text(service, "spec", "externalName");
        writeTable();
    }

    /** The Service is gone. */
    public synchronized void forget(String namespace, String name, ObjectNode service) {
        Entry entry = services.remove(new Key(namespace, name));
        if (entry != null) {
            entry.relays.values().forEach(Relay::close);
        }
        addresses.remove(Json.text(service, "spec", "clusterIP"));
        for (JsonNode port : service.path("spec").path("ports")) {
            try (ServerSocket held =
                    reservedNodePorts.remove(port.path("nodePort").asInt(0))) {
                // nobody will listen at it
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        writeTable();
    }

    /**
     * A port on {@code 127.0.0.1} that leads to a port of a Service; the same each time.
     *
     * @return nothing where there is no such Service, or no port can be had
     */
    public synchronized Optional<Integer> browserPort(String namespace, String name, int port) {
        Entry entry = services.get(new Key(namespace, name));
        Relay relay = entry == null ? null : entry.relays.get(port);
        if (entry == null || relay == null) {
            return Optional.empty();
        }
        Integer known = entry.nodePorts.getOrDefault(port, entry.browserPorts.get(port));
        if (known != null) {
            return Optional.of(known);
        }
        try {
            int chosen = relay.listen(new InetSocketAddress(address("127.0.0.1"), 0));
            entry.browserPorts.put(port, chosen);
            return Optional.of(chosen);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    // ---------------------------------------------------------------------------------------------------------- table

    /** Writes what the agents in the pods read: names, and where addresses really are. Replaced in one go. */
    private void writeTable() {
        List<String> lines = new ArrayList<>();
        services.forEach((key, entry) -> {
            if (!entry.address.isEmpty()) {
                lines.add("name " + entry.address + " " + key.namespace() + " " + key.name());
            }
            if (!entry.alias.isEmpty()) {
                lines.add("alias " + entry.alias + " " + key.namespace() + " " + key.name());
            }
            entry.records.forEach((host, all) -> all.forEach(address -> lines.add("name " + address + " "
                    + key.namespace() + " " + (host.isEmpty() ? "" : host + ".") + key.name())));
            entry.listening.forEach((port, where) -> {
                if (mapped || where.getPort() != port) {
                    lines.add("map " + entry.address + " " + port + " "
                            + where.getAddress().getHostAddress() + " " + where.getPort());
                }
            });
        });
        Path next = table.resolveSibling("network.next");
        try {
            Files.write(next, lines);
            Files.move(next, table, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            if (!closed) {
                throw new UncheckedIOException("the sandbox's folder cannot be written: " + table, e);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        services.values().forEach(entry -> entry.relays.values().forEach(Relay::close));
        services.clear();
        threads.shutdownNow();
        List<ServerSocket> sockets = new ArrayList<>(reservedNodePorts.values());
        reservedNodePorts.clear();
        if (lock != null) {
            sockets.add(lock);
        }
        for (ServerSocket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // it is closed anyway
            }
        }
    }
}
