package dev.octavo.engine.runner.api;

import dev.octavo.engine.api.Cancellation;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run of a Jenkinsfile.
 *
 * @param jenkinsfile where the script comes from; only its file name is shown
 * @param script the text of the Jenkinsfile
 * @param parameters given by the user, by name; names and values are checked against what the pipeline declares
 * @param workspace the folder that the first {@code node} works in; {@code checkout scm} makes it
 * @param runFolder keeps what belongs to this run: {@code artifacts}, {@code stashes}, {@code tmp}, {@code cache}
 * @param environment all variables that the pipeline and its programs see, {@code PATH} among them; nothing is
 *     inherited beside them. {@code JOB_NAME}, {@code BUILD_NUMBER}, {@code BRANCH_NAME}… where the caller wants them
 * @param sonar null where none is configured
 * @param previousResult of the build before this one, null where this is the first
 * @param causes simple names of Jenkins' causes, for {@code when { triggeredBy }}
 * @param grace how long post conditions may take once the run was cancelled
 */
public record PipelineRequest(
        Path jenkinsfile,
        String script,
        Map<String, String> parameters,
        LibraryResolver libraries,
        Path workspace,
        Path runFolder,
        Scm scm,
        Map<String, String> environment,
        CredentialStore credentials,
        InputHandler input,
        @Nullable SonarGate sonar,
        List<StepHandler> steps,
        RunListener listener,
        Cancellation cancellation,
        Clock clock,
        @Nullable BuildResult previousResult,
        List<String> causes,
        Duration grace) {
    public PipelineRequest {
        parameters = Map.copyOf(parameters);
        environment = Map.copyOf(environment);
        steps = List.copyOf(steps);
        causes = List.copyOf(causes);
    }

    /** Starts a request with what cannot be left out. */
    public static Builder builder(Path jenkinsfile, String script, Path workspace, Path runFolder) {
        return new Builder(jenkinsfile, script, workspace, runFolder);
    }

    @Override
    public String toString() {
        return "PipelineRequest[" + jenkinsfile + "]";
    }

    /** Collects a request; what is not set does nothing, knows nothing, or is silent. */
    public static final class Builder {
        private final Path jenkinsfile;
        private final String script;
        private final Path workspace;
        private final Path runFolder;
        private Map<String, String> parameters = Map.of();
        private LibraryResolver libraries = LibraryResolver.NONE;
        private Scm scm = Scm.NONE;
        private Map<String, String> environment = Map.of();
        private CredentialStore credentials = CredentialStore.NONE;
        private InputHandler input = InputHandler.NOBODY;
        private @Nullable SonarGate sonar;
        private List<StepHandler> steps = List.of();
        private RunListener listener = RunListener.SILENT;
        private Cancellation cancellation = new Cancellation();
        private Clock clock = Clock.systemUTC();
        private @Nullable BuildResult previousResult;
        private List<String> causes = List.of("UserIdCause");
        private Duration grace = Duration.ofSeconds(60);

        private Builder(Path jenkinsfile, String script, Path workspace, Path runFolder) {
            this.jenkinsfile = Objects.requireNonNull(jenkinsfile);
            this.script = Objects.requireNonNull(script);
            this.workspace = workspace.toAbsolutePath().normalize();
            this.runFolder = runFolder.toAbsolutePath().normalize();
        }

        public Builder parameters(Map<String, String> value) {
            parameters = value;
            return this;
        }

        public Builder libraries(LibraryResolver value) {
            libraries = value;
            return this;
        }

        public Builder scm(Scm value) {
            scm = value;
            return this;
        }

        public Builder environment(Map<String, String> value) {
            environment = value;
            return this;
        }

        public Builder credentials(CredentialStore value) {
            credentials = value;
            return this;
        }

        public Builder input(InputHandler value) {
            input = value;
            return this;
        }

        public Builder sonar(SonarGate value) {
            sonar = value;
            return this;
        }

        public Builder steps(List<StepHandler> value) {
            steps = value;
            return this;
        }

        public Builder listener(RunListener value) {
            listener = value;
            return this;
        }

        public Builder cancellation(Cancellation value) {
            cancellation = value;
            return this;
        }

        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        public Builder previousResult(@Nullable BuildResult value) {
            previousResult = value;
            return this;
        }

        public Builder causes(List<String> value) {
            causes = value;
            return this;
        }

        public Builder grace(Duration value) {
            grace = value;
            return this;
        }

        public PipelineRequest build() {
            return new PipelineRequest(
                    jenkinsfile,
                    script,
                    parameters,
                    libraries,
                    workspace,
                    runFolder,
                    scm,
                    environment,
                    credentials,
                    input,
                    sonar,
                    steps,
                    listener,
                    cancellation,
                    clock,
                    previousResult,
                    causes,
                    grace);
        }
    }
}
