package dev.octavo.engine.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A deployment in a process of its own, which a test can kill. */
final class DeployingProcess {
    static final Duration LEASE = Duration.ofSeconds(8);

    private DeployingProcess() {}

    static Process start(Path kubeconfig, Path workspace, String manifests, String namespace) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeployingProcess.class.getName(),
                        kubeconfig.toString(),
                        workspace.toString(),
                        manifests,
                        namespace))
                .redirectErrorStream(true)
                .redirectOutput(workspace.resolve("process.log").toFile())
                .start();
    }

    static DeploySpec spec(ClusterTarget target, Path workspace, String manifests, String namespace, String run) {
        ReleaseOptions options = ReleaseOptions.of("shop")
                .about(Map.of("run", run))
                .leased(LEASE)
                .waiting(Duration.ofSeconds(60));
        return DeploySpec.of(target, "test", workspace, manifests)
                .inNamespace(namespace)
                .withTimeout(Duration.ofSeconds(60))
                .releasing(options);
    }

    public static void main(String[] arguments) {
        Path workspace = Path.of(arguments[1]);
        DeploySpec spec = spec(
                ClusterTarget.file(Path.of(arguments[0])), workspace, arguments[2], arguments[3], "https://ci/killed");
        DeployResult result = Deployer.deploy(spec, Contexts.of(workspace));
        System.out.println("deployed " + result.written());
    }
}
