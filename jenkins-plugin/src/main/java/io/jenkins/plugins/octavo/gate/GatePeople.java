package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.model.Computer;
import hudson.model.Item;
import hudson.model.Run;
import hudson.model.TaskListener;
import hudson.model.User;
import hudson.security.AccessControlled;
import hudson.security.HudsonPrivateSecurityRealm;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.octavo.OctavoPermissions;
import io.jenkins.plugins.octavo.config.Environment;
import io.jenkins.plugins.octavo.config.Settings;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.IdStrategy;
import jenkins.model.Jenkins;

/** Tells before a gate opens, as early as it can be known, that nobody could pass it. */
public final class GatePeople {
    private static final Logger LOGGER = Logger.getLogger(GatePeople.class.getName());
    /** A directory server that takes longer is asked again when the gate opens. */
    private static final int PATIENCE_SECONDS = 3;

    private GatePeople() {}

    /** Fails where an environment's gate could not be passed by anybody in this build. */
    public static void require(Run<?, ?> run, String environment) throws AbortException {
        Settings settings = Settings.of(run.getParent());
        Optional<Environment> gated =
                settings.environment(environment).filter(each -> !each.getGate().isEmpty());
        if (gated.isEmpty()) {
            return;
        }
        Future<?> answer = Computer.threadPoolForRemoting.submit(() -> {
            check(run, settings, gated.get());
            return null;
        });
        try {
            answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AbortException nobody) {
                throw nobody;
            }
            LOGGER.log(Level.WARNING, e, () -> "cannot tell who may pass the gate of " + environment);
        } catch (TimeoutException e) {
            LOGGER.log(Level.FINE, e, () -> "it takes long to tell who may pass the gate of " + environment);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Warns at a build's beginning of the gates that nobody could pass in it; it need not come to all of these. */
    public static void warn(Run<?, ?> run, TaskListener listener) {
        Settings settings = Settings.of(run.getParent());
        for (String name : settings.environmentNames()) {
            settings.environment(name)
                    .filter(environment -> !environment.getGate().isEmpty())
                    .ifPresent(environment ->
                            Computer.threadPoolForRemoting.submit(() -> warn(run, settings, environment, listener)));
        }
    }

    private static void warn(Run<?, ?> run, Settings settings, Environment environment, TaskListener listener) {
        try {
            check(run, settings, environment);
        } catch (AbortException e) {
            listener.getLogger().println("warning: " + e.getMessage());
        } catch (RuntimeException e) {
            LOGGER.log(Level.WARNING, e, () -> "cannot tell who may pass the gate of " + environment.getName());
        }
    }

    private static void check(Run<?, ?> run, Settings settings, Environment environment) throws AbortException {
        Optional<GatePolicy> policy = GatePolicy.of(settings, environment);
        if (policy.isPresent()) {
            policy.get()
                    .checkPeople(
                            environment.getGate(),
                            "environment \"" + environment.getName() + "\" in Octavo's settings",
                            (Item) run.getParent(),
                            PlanGate.excluded(policy.get(), BuildPeople.of(run)));
        }
    }

    /**
     * The IDs of all people there are; null where nobody can tell, or somebody without a name may approve.
     *
     * @param personal whether one needs a name
     * @param job on which they would approve
     */
    @CheckForNull
    static Set<String> all(boolean personal, AccessControlled job) {
        Jenkins jenkins = Jenkins.get();
        SecurityRealm realm = jenkins.getSecurityRealm();
        boolean anyone = !jenkins.isUseSecurity()
                || !personal && job.getACL().hasPermission2(Jenkins.ANONYMOUS2, OctavoPermissions.APPROVE);
        if (anyone || !(realm instanceof HudsonPrivateSecurityRealm own) || own.allowsSignup()) {
            return null;
        }
        IdStrategy ids = realm.getUserIdStrategy();
        Set<String> people = new HashSet<>();
        for (User user : own.getAllUsers()) {
            people.add(ids.keyFor(user.getId()));
        }
        return people;
    }
}
