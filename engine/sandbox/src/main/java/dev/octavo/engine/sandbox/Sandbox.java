package dev.octavo.engine.sandbox;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.sandbox.controller.Controllers;
import dev.octavo.engine.sandbox.image.ImageFolder;
import dev.octavo.engine.sandbox.image.ImageSource;
import dev.octavo.engine.sandbox.image.RegistryImages;
import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.ApiServer;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kinds;
import dev.octavo.engine.sandbox.network.PodNetwork;
import dev.octavo.engine.sandbox.pod.Kubelet;
import dev.octavo.engine.sandbox.pod.ProcessLedger;
import dev.octavo.engine.sandbox.registry.SandboxRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Kubernetes cluster and a registry on this machine: an API server in this process, and pods that are local processes.
 *
 * <p>Nothing is isolated: pods run as this user, on this machine's C library, and see its files. It is for laptops and
 * tests.
 */
public final class Sandbox implements AutoCloseable {
    /** Marks a folder as a sandbox's, so that no other is ever deleted. */
    private static final String MARK = "octavo-sandbox";

    private static final String PROCESSES = "processes";

    private final Path folder;
    private final Path kubeconfig;
    private final String registryAddress;
    private final String token;
    private final Api api;
    private final ApiServer server;
    private final PodNetwork network;
    private final ImageSource images;
    private final Deque<AutoCloseable> parts;

    private Sandbox(
            Path folder,
            Path kubeconfig,
            String token,
            String registryAddress,
            Api api,
            ApiServer server,
            PodNetwork network,
            ImageSource images,
            Deque<AutoCloseable> parts) {
        this.folder = folder;
        this.kubeconfig = kubeconfig;
        this.token = token;
        this.registryAddress = registryAddress;
        this.api = api;
        this.server = server;
        this.network = network;
        this.images = images;
        this.parts = parts;
    }

    /**
     * Starts a registry and a cluster. Images of pods come from where they are named.
     *
     * @throws EngineException {@link ErrorCode#SANDBOX_PORT} where a port is taken, {@link ErrorCode#SANDBOX_FAILED} where
     *     the folder cannot be used
     */
    public static Sandbox start(SandboxOptions options, EngineListener listener) {
        return start(options, listener, new RegistryImages());
    }

    static Sandbox start(SandboxOptions options, EngineListener listener, ImageSource images) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        Path folder = options.folder().toAbsolutePath().normalize();
        try {
            prepare(folder, listener);
            parts.push(() -> delete(folder));
            Files.createDirectories(options.cache());
            Path cache = options.cache().toRealPath();
            // what every cluster has is made while the rest starts; the first request waits for it
            Api api = new Api(Clock.systemUTC());
            CompletableFuture<Void> furnished = CompletableFuture.runAsync(() -> furnish(api), Sandbox::aside);
            SandboxRegistry registry = SandboxRegistry.start(folder.resolve("registry"), options.registryPort());
            parts.push(registry);
            Sandbox sandbox = startCluster(
                    options, folder.toRealPath(), cache, registry.address(), images, api, furnished, parts);
            aside(() -> ImageFolder.clean(cache.resolve("images"), options.retention()));
            return sandbox;
        } catch (IOException e) {
            closeAll(parts);
            throw new EngineException(
                    isDiskFull(e) ? ErrorCode.BUILD_DISK : ErrorCode.SANDBOX_FAILED,
                    "The sandbox cannot be started",
                    folder.toString(),
                    String.valueOf(e.getMessage() == null ? e : e.getMessage()),
                    "give it a folder that can be written, with room for the images",
                    e);
        } catch (RuntimeException e) {
            closeAll(parts);
            throw e;
        }
    }

    /** Pulls images from that registry with this login where a pod brings none of its own, as a node would. */
    public void login(String host, String user, SecretValue password) {
        images.login(host, user, password);
    }

    private static void aside(Runnable work) {
        Thread thread = new Thread(work, "octavo-sandbox-start");
        thread.setDaemon(true);
        thread.start();
    }

    private static boolean isDiskFull(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("No space left") || message.contains("Disk quota exceeded");
    }

    private static EngineException taken(int port, IOException cause) {
        return new EngineException(
                ErrorCode.SANDBOX_PORT,
                "The sandbox's API server cannot listen",
                "127.0.0.1:" + port,
                "another program listens at that port",
                "choose another port, or none for a free one",
                cause);
    }

    private static Sandbox startCluster(
            SandboxOptions options,
            Path folder,
            Path cache,
            String registryAddress,
            ImageSource images,
            Api api,
            CompletableFuture<Void> furnished,
            Deque<AutoCloseable> parts)
            throws IOException {
        boolean mapped =
                switch (options.addresses()) {
                    case AUTOMATIC -> !PodNetwork.hasLoopbackNetwork();
                    case LOOPBACK_NETWORK -> false;
                    case PORT_MAPPING -> true;
                };
        PodNetwork network = PodNetwork.start(folder, mapped);
        parts.push(network);
        api.setServiceAdmission(network);
        Kubelet kubelet = Kubelet.start(api, network, images, cache, folder);
        parts.push(kubelet);
        Controllers controllers = Controllers.start(api, network);
        parts.push(controllers);
        String token = token();
        ApiServer server;
        try {
            server = ApiServer.start(api, token, options.apiPort(), kubelet, network::browserPort, furnished::join);
        } catch (java.net.BindException e) {
            throw taken(options.apiPort(), e);
        }
        parts.push(server);
        Path kubeconfig = writeKubeconfig(folder.resolve("kubeconfig"), server.url(), "", token);
        return new Sandbox(folder, kubeconfig, token, registryAddress, api, server, network, images, parts);
    }

    // --------------------------------------------------------------------------------------------------------- folder

    /**
     * Ends and deletes what a sandbox has left in its folder that was killed; nothing where the folder is no sandbox's.
     *
     * @param folder as in its options
     * @return whether nothing is left; false where the sandbox still runs
     * @throws IOException where its files cannot be deleted
     */
    public static boolean clear(Path folder) throws IOException {
        Path mark = folder.resolve(MARK);
        if (!Files.isRegularFile(mark)) {
            return true;
        }
        if (isOctavo(mark, owner(mark))) {
            return false;
        }
        ProcessLedger.endLeftOvers(folder.resolve(PROCESSES));
        delete(folder);
        return true;
    }

    /** Makes the folder, after ending what a sandbox has left in it that was killed. */
    private static void prepare(Path folder, EngineListener listener) throws IOException {
        Path mark = folder.resolve(MARK);
        if (Files.isDirectory(folder) && !isEmpty(folder)) {
            if (!Files.isRegularFile(mark)) {
                throw new IOException("the folder is not empty, and no sandbox's");
            }
            long owner = owner(mark);
            if (owner > 0 && owner != ProcessHandle.current().pid() && isOctavo(mark, owner)) {
                throw new EngineException(
                        ErrorCode.SANDBOX_FAILED,
                        "A sandbox runs already",
                        folder.toString(),
                        "process " + owner + " uses this folder",
                        "stop it with \"octavo sandbox down\", or give another folder");
            }
            int ended = ProcessLedger.endLeftOvers(folder.resolve(PROCESSES));
            if (ended > 0) {
                listener.warning("Ended " + ended + " process(es) of pods that an earlier sandbox had left");
            }
            delete(folder);
        }
        Files.createDirectories(folder);
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (UnsupportedOperationException e) {
            // a file system without such permissions
        }
        String start = ProcessHandle.current()
                .info()
                .startInstant()
                .map(Object::toString)
                .orElse("");
        Files.writeString(mark, ProcessHandle.current().pid() + " " + start + "\n");
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (java.util.stream.Stream<Path> content = Files.list(folder)) {
            return content.findAny().isEmpty();
        }
    }

    private static long owner(Path mark) throws IOException {
        try {
            return Long.parseLong(Files.readString(mark).strip().split(" ", 2)[0]);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Whether the process that made the folder still runs, and not another one with its number. */
    private static boolean isOctavo(Path mark, long owner) throws IOException {
        String[] words = Files.readString(mark).strip().split(" ", 2);
        String start = words.length == 2 ? words[1] : "";
        return ProcessHandle.of(owner)
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().startInstant())
                .filter(instant -> instant.toString().equals(start))
                .isPresent();
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) {
                return FileVisitResult.CONTINUE; // a pod's last act may have deleted it
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    // --------------------------------------------------------------------------------------------------------- cluster

    /** What every cluster has. */
    private static void furnish(Api api) {
        Api.Write write = Api.Write.by("octavo-sandbox");
        for (String name : new String[] {"default", "kube-system", "kube-public"}) {
            ObjectNode namespace = Json.object();
            namespace.putObject("metadata").put("name", name);
            api.create(Kinds.NAMESPACE, "", namespace, write);
        }
        ObjectNode node = Json.object();
        node.putObject("metadata")
                .put("name", Kubelet.NODE)
                .putObject("labels")
                .put("kubernetes.io/hostname", Kubelet.NODE)
                .put("kubernetes.io/os", "linux");
        api.create(Kinds.NODE, "", node, write);
        api.mutate(Kinds.NODE, "", Kubelet.NODE, copy -> {
            ObjectNode status = copy.putObject("status");
            status.putArray("addresses").addObject().put("type", "InternalIP").put("address", "127.0.0.1");
            ObjectNode capacity = status.putObject("capacity");
            capacity.put("cpu", Integer.toString(Runtime.getRuntime().availableProcessors()))
                    .put("pods", "253");
            status.set("allocatable", capacity.deepCopy());
            status.putArray("conditions")
                    .addObject()
                    .put("type", "Ready")
                    .put("status", "True")
                    .put("reason", "SandboxReady")
                    .put("message", "pods of Octavo's sandbox are processes of this machine")
                    .put("lastTransitionTime", api.now());
            status.putObject("nodeInfo")
                    .put("kubeletVersion", "octavo-sandbox")
                    .put("operatingSystem", "linux")
                    .put("osImage", "Octavo sandbox");
        });
    }

    private static String token() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static Path writeKubeconfig(Path file, String server, String certificate, String token) throws IOException {
        String authority = certificate.isEmpty()
                ? ""
                : "\n      certificate-authority-data: "
                        + Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.US_ASCII));
        String text = """
                apiVersion: v1
                kind: Config
                current-context: octavo-sandbox
                clusters:
                  - name: octavo-sandbox
                    cluster:
                      server: %s%s
                users:
                  - name: octavo-sandbox
                    user:
                      token: %s
                contexts:
                  - name: octavo-sandbox
                    context:
                      cluster: octavo-sandbox
                      user: octavo-sandbox
                      namespace: default
                """.formatted(server, authority, token);
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (UnsupportedOperationException e) {
            Files.createFile(file);
        }
        Files.writeString(file, text);
        return file;
    }

    /** The file that clients of the cluster are given; readable for this user alone, and gone when the sandbox closes. */
    public Path kubeconfig() {
        return kubeconfig;
    }

    /**
     * Another such file, by TLS: kubectl sends no token without. Made when first asked for.
     *
     * @throws EngineException {@link ErrorCode#SANDBOX_FAILED} where no port or file can be had
     */
    public Path kubectlConfig() {
        Path file = folder.resolve("kubectl-config");
        synchronized (parts) {
            if (!Files.exists(file)) {
                try {
                    ApiServer.Secure secure = server.secure();
                    writeKubeconfig(file, secure.url(), secure.certificate(), token);
                } catch (IOException e) {
                    throw new EngineException(
                            ErrorCode.SANDBOX_FAILED,
                            "The sandbox cannot be made to speak TLS",
                            file.toString(),
                            String.valueOf(e.getMessage()),
                            "use the other kubeconfig, with a client that sends its token without TLS",
                            e);
                }
            }
        }
        return file;
    }

    /** The registry's host and port. */
    public String registryAddress() {
        return registryAddress;
    }

    /** Where this sandbox's files lie. */
    public Path folder() {
        return folder;
    }

    /** Every TCP port of every Service that has pods, with a URL that a browser on this machine opens. */
    public List<ServiceAddress> addresses() {
        List<ServiceAddress> addresses = new ArrayList<>();
        for (ObjectNode service : api.list(Kinds.SERVICE, "")) {
            String namespace = Json.namespace(service);
            String name = Json.name(service);
            for (JsonNode port : service.path("spec").path("ports")) {
                int number = port.path("port").asInt(0);
                boolean tls = number == 443 || Json.text(port, "name").startsWith("https");
                network.browserPort(namespace, name, number)
                        .ifPresent(open -> addresses.add(new ServiceAddress(
                                namespace, name, (tls ? "https" : "http") + "://127.0.0.1:" + open)));
            }
        }
        return addresses;
    }

    /** Ends every pod's processes, closes every port and deletes the folder. */
    @Override
    public void close() {
        closeAll(parts);
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                // the others are closed all the same; what is left, the next start ends
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
