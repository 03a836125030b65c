package dev.octavo.engine.sandbox.agent;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Starts with a pod's Java program: gives the pod its own address and names, and ends the program when the sandbox has
 * ended without a word.
 */
public final class PodAgent {
    private static final int TERMINATED = 143;

    private PodAgent() {}

    /** @param settingsFile {@code key=value} lines, written by the sandbox */
    public static void premain(String settingsFile, Instrumentation instrumentation) {
        try {
            Map<String, String> settings = read(new File(settingsFile));
            File folder = new File(settings.getOrDefault("agent", "."));
            begin(settings, instrumentation, folder);
        } catch (IOException
                | ReflectiveOperationException
                | RuntimeException
                | LinkageError
                | java.lang.instrument.UnmodifiableClassException e) {
            System.err.println("octavo-pod-agent: this pod has no address of its own: " + e); // NOPMD
        }
    }

    private static void begin(Map<String, String> settings, Instrumentation instrumentation, File folder)
            throws IOException, ReflectiveOperationException, java.lang.instrument.UnmodifiableClassException {
        addSockets(settings, instrumentation);
        watch(Long.parseLong(settings.getOrDefault("parent", "-1")));
        // ASM stays out of the program's sight, which may bring another version of it
        URL[] weaver = {new File(folder, "pod-weaver.jar").toURI().toURL()};
        URLClassLoader loader = new URLClassLoader(weaver, ClassLoader.getPlatformClassLoader());
        ClassFileTransformer transformer =
                (ClassFileTransformer) loader.loadClass(PodAgent.class.getPackageName() + ".Weaver")
                        .getDeclaredConstructor()
                        .newInstance();
        instrumentation.addTransformer(transformer, true);
        List<Class<?>> classes = new ArrayList<>();
        for (String name : new String[] {
            "sun.nio.ch.Net", "java.net.InetAddress$PlatformNameService", "java.net.InetAddress$PlatformResolver"
        }) {
            try {
                Class<?> found = Class.forName(name, false, null);
                if (found != null) {
                    classes.add(found);
                }
            } catch (ClassNotFoundException e) {
                // this JDK has it under the other name
            }
        }
        instrumentation.retransformClasses(classes.toArray(new Class<?>[0]));
        instrumentation.removeTransformer(transformer);
        loader.close();
    }

    /**
     * Puts the class that the JDK's own ones will call beside them. (To search the agent's jar after the boot classes would
     * do too, but turns class data sharing off, with a warning in the program's output.)
     */
    private static void addSockets(Map<String, String> settings, Instrumentation instrumentation)
            throws IOException, ReflectiveOperationException {
        instrumentation.redefineModule(
                Object.class.getModule(),
                Set.of(),
                Map.of(),
                Map.of("sun.nio.ch", Set.of(PodAgent.class.getModule())),
                Set.of(),
                Map.of());
        MethodHandles.Lookup lookup =
                MethodHandles.privateLookupIn(Class.forName("sun.nio.ch.Net", false, null), MethodHandles.lookup());
        lookup.defineClass(bytes("OctavoPodSockets$State"));
        Class<?> sockets = lookup.defineClass(bytes("OctavoPodSockets"));
        sockets.getMethod("begin", Map.class).invoke(null, settings);
    }

    private static byte[] bytes(String name) throws IOException {
        try (InputStream in = PodAgent.class.getResourceAsStream("/octavo/" + name + ".bytes")) {
            if (in == null) {
                throw new IOException(name + " is missing from the agent");
            }
            return in.readAllBytes();
        }
    }

    private static Map<String, String> read(File file) throws IOException {
        Map<String, String> settings = new HashMap<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(new FileInputStream(file), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    settings.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        }
        return settings;
    }

    /** Ends this program when the sandbox has ended. */
    private static void watch(long parent) {
        Thread thread = new Thread("octavo-pod-agent") {
            @Override
            public void run() {
                ProcessHandle.of(parent).ifPresent(handle -> handle.onExit().join());
                Runtime.getRuntime().halt(TERMINATED);
            }
        };
        thread.setDaemon(true);
        thread.start();
    }
}
