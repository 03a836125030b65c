package dev.octavo.engine.sandbox.agent;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where sockets of this pod really bind and connect, and which names it knows. The JDK's own classes call it: the agent
 * makes it one of them, under another name. It uses nothing that could call it in turn, and no lambdas.
 */
public final class PodSockets {
    private static final Object LOCK = new Object();

    // the pod's one and only state: set once by the agent, before the program starts
    private static @Nullable State state;

    private PodSockets() {}

    private static final class State {
        final String address;
        final InetAddress listen;
        final boolean mapped;
        final int low;
        final String pods;
        final String services;
        final String namespace;
        final String pod;
        final File table;
        final File ports;
        /** Ports that were bound at every address, by the number that the program asked for. */
        final Map<Integer, Integer> bound = new HashMap<>();

        final ThreadLocal<Integer> binding = new ThreadLocal<>();
        long modified = -1;
        long length = -1;
        Map<String, List<String>> names = Map.of();
        Map<String, String> maps = Map.of();
        /** Names of Services that stand for hosts outside. */
        Map<String, String> aliases = Map.of();

        State(Map<String, String> settings) throws UnknownHostException {
            address = settings.getOrDefault("address", "127.0.0.1");
            mapped = "true".equals(settings.get("mapped"));
            listen = parse(mapped ? "127.0.0.1" : address, null);
            low = Integer.parseInt(settings.getOrDefault("low", "0"));
            pods = settings.getOrDefault("pods", "-");
            services = settings.getOrDefault("services", "-");
            namespace = settings.getOrDefault("namespace", "default");
            pod = settings.getOrDefault("pod", "");
            table = new File(settings.getOrDefault("table", ""));
            ports = new File(settings.getOrDefault("ports", ""));
        }
    }

    /** Called once by the agent. */
    public static void begin(Map<String, String> settings) throws UnknownHostException {
        state = new State(settings);
    }

    private static InetAddress parse(String text, @Nullable String name) throws UnknownHostException {
        byte[] bytes = new byte[4];
        int part = 0;
        int value = 0;
        for (int i = 0; i <= text.length(); i++) {
            char next = i == text.length() ? '.' : text.charAt(i);
            if (next == '.') {
                bytes[part++] = (byte) value;
                value = 0;
            } else {
                value = value * 10 + next - '0';
            }
        }
        return name == null ? InetAddress.getByAddress(bytes) : InetAddress.getByAddress(name, bytes);
    }

    // -------------------------------------------------------------------------------------------------------- binding

    private static boolean isOurs(State pod, InetAddress address, int port) {
        return port != 0 && (address.isAnyLocalAddress() || pod.address.equals(address.getHostAddress()));
    }

    /** The port that is bound where a program asks for one. Called before {@link #bindAddress}. */
    public static int bindPort(InetAddress address, int port) {
        State pod = state;
        if (pod == null || !isOurs(pod, address, port)) {
            return port;
        }
        if (pod.mapped) {
            pod.binding.set(port);
            return 0;
        }
        int real = port < pod.low ? port + 20_000 : port;
        if (address.isAnyLocalAddress()) {
            synchronized (LOCK) {
                pod.bound.put(port, real);
            }
        }
        return real;
    }

    /** The address that is bound where a program asks for one. */
    public static InetAddress bindAddress(InetAddress address, int port) {
        State pod = state;
        return pod != null && isOurs(pod, address, port) ? pod.listen : address;
    }

    /** Called after a bind. */
    public static void bound(InetSocketAddress local) {
        State pod = state;
        if (pod == null || !pod.mapped) {
            return;
        }
        Integer asked = pod.binding.get();
        if (asked == null) {
            return;
        }
        pod.binding.remove();
        synchronized (LOCK) {
            pod.bound.put(asked, local.getPort());
            try (FileOutputStream out = new FileOutputStream(new File(pod.ports, pod.address), true)) {
                out.write((asked + " " + local.getPort() + "\n").getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // the sandbox has gone
            }
        }
    }

    // ----------------------------------------------------------------------------------------------------- connecting

    /** The port that is connected to. Called before {@link #connectAddress}. */
    public static int connectPort(InetAddress address, int port) {
        String target = target(address, port);
        return target == null ? port : Integer.parseInt(target.substring(target.indexOf(' ') + 1));
    }

    /** The address that is connected to. */
    public static InetAddress connectAddress(InetAddress address, int port) {
        String target = target(address, port);
        if (target == null) {
            return address;
        }
        try {
            return parse(target.substring(0, target.indexOf(' ')), null);
        } catch (UnknownHostException e) {
            return address;
        }
    }

    private static @Nullable String target(InetAddress address, int port) {
        State pod = state;
        if (pod == null) {
            return null;
        }
        synchronized (LOCK) {
            if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
                String text = address.getHostAddress();
                if (text.startsWith(pod.services)) {
                    read(pod);
                    return pod.maps.get(text + " " + port);
                }
                if (text.startsWith(pod.pods)) {
                    return podTarget(pod, text, port);
                }
                Integer own = pod.bound.get(port);
                if (own != null) {
                    return pod.listen.getHostAddress() + " " + own;
                }
            }
            return null;
        }
    }

    private static @Nullable String podTarget(State pod, String address, int port) {
        if (!pod.mapped) {
            return port < pod.low ? address + " " + (port + 20_000) : null;
        }
        String found = null;
        try (BufferedReader reader = open(new File(pod.ports, address))) {
            String prefix = port + " ";
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(prefix)) {
                    found = "127.0.0.1 " + line.substring(prefix.length());
                }
            }
        } catch (IOException e) {
            return null; // it has bound nothing yet
        }
        return found;
    }

    // ---------------------------------------------------------------------------------------------------------- names

    /** The addresses of a name of the cluster; null where it is none. */
    public static InetAddress @Nullable [] lookup(String host) throws UnknownHostException {
        State pod = state;
        if (pod == null) {
            return null;
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        List<String> found;
        String alias;
        synchronized (LOCK) {
            read(pod);
            String here = pod.aliases.get(name + "." + pod.namespace);
            alias = here != null ? here : pod.aliases.get(withoutDomain(name));
            List<String> own = pod.names.get(name + "." + pod.namespace);
            found = own != null ? own : pod.names.get(withoutDomain(name));
        }
        if (alias != null && !alias.equals(name)) {
            return InetAddress.getAllByName(alias);
        }
        if (found == null) {
            if (!name.equals(pod.pod)) {
                return null;
            }
            found = List.of(pod.address);
        }
        InetAddress[] addresses = new InetAddress[found.size()];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = parse(found.get(i), host);
        }
        return addresses;
    }

    private static String withoutDomain(String name) {
        if (name.endsWith(".svc.cluster.local")) {
            return name.substring(0, name.length() - ".svc.cluster.local".length());
        }
        return name.endsWith(".svc") ? name.substring(0, name.length() - ".svc".length()) : name;
    }

    // ---------------------------------------------------------------------------------------------------------- table

    private static BufferedReader open(File file) throws IOException {
        return new BufferedReader(new InputStreamReader(new FileInputStream(file), StandardCharsets.US_ASCII));
    }

    private static void read(State pod) {
        long modified = pod.table.lastModified();
        long length = pod.table.length();
        // what was written within the clock's grain cannot be told apart by its time
        boolean settled = System.currentTimeMillis() - modified > 2_000;
        if (settled && modified == pod.modified && length == pod.length) {
            return;
        }
        Map<String, List<String>> names = new HashMap<>();
        Map<String, String> maps = new HashMap<>();
        Map<String, String> aliases = new HashMap<>();
        try (BufferedReader reader = open(pod.table)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] words = line.split(" ");
                if (words.length == 4 && words[0].equals("alias")) {
                    aliases.put(words[3] + "." + words[2], words[1]);
                } else if (words.length == 4 && words[0].equals("name")) {
                    String key = words[3] + "." + words[2];
                    List<String> all = names.get(key);
                    if (all == null) {
                        all = new ArrayList<>();
                        names.put(key, all);
                    }
                    all.add(words[1]);
                } else if (words.length == 5 && words[0].equals("map")) {
                    maps.put(words[1] + " " + words[2], words[3] + " " + words[4]);
                }
            }
        } catch (IOException e) {
            return; // the sandbox has gone; what was known is still the best
        }
        pod.names = names;
        pod.maps = maps;
        pod.aliases = aliases;
        pod.modified = modified;
        pod.length = length;
    }
}
