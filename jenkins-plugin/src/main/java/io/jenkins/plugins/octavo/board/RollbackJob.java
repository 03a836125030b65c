package io.jenkins.plugins.octavo.board;

import hudson.model.Cause;
import hudson.model.CauseAction;
import hudson.model.Item;
import hudson.model.ItemGroup;
import hudson.model.Job;
import hudson.model.ParameterDefinition;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.SimpleParameterDefinition;
import hudson.model.TopLevelItem;
import io.jenkins.plugins.octavo.OctavoPermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jenkins.model.ParameterizedJobMixIn;

/**
 * The job that goes back to earlier releases, through its gate: the nearest one, in the folder of the delivering job or
 * further out, with the parameters of {@code microserviceRollback}.
 */
final class RollbackJob {
    static final String SERVICE = "SERVICE";
    static final String ENVIRONMENT = "ENVIRONMENT";
    static final String TO = "TO";

    private RollbackJob() {}

    /** Nothing where there is none that the reader may see. */
    static Optional<Job<?, ?>> of(Job<?, ?> job) {
        ItemGroup<?> group = job.getParent();
        while (group != null) {
            List<Job<?, ?>> found = new ArrayList<>();
            for (Item item : group.getItems()) {
                if (item instanceof Job<?, ?> candidate
                        && item instanceof ParameterizedJobMixIn.ParameterizedJob<?, ?>
                        && item.hasPermission(Item.READ)
                        && names(candidate).containsAll(Set.of(SERVICE, ENVIRONMENT, TO))) {
                    found.add(candidate);
                }
            }
            if (!found.isEmpty()) {
                found.sort(Comparator.comparing(Job::getName));
                return Optional.of(found.get(0));
            }
            group = group instanceof TopLevelItem item ? item.getParent() : null;
        }
        return Optional.empty();
    }

    private static List<String> names(Job<?, ?> job) {
        ParametersDefinitionProperty parameters = job.getProperty(ParametersDefinitionProperty.class);
        return parameters == null ? List.of() : parameters.getParameterDefinitionNames();
    }

    /** Starting it is not enough: its step looks for the other permission too. */
    static boolean mayStart(Job<?, ?> job) {
        return job.hasPermission(Item.BUILD) && job.hasPermission(OctavoPermissions.ROLL_BACK);
    }

    /**
     * Starts it in the reader's name.
     *
     * @throws IllegalArgumentException where the job does not take such a value
     */
    static boolean start(Job<?, ?> job, Map<String, String> values) {
        job.checkPermission(Item.BUILD);
        job.checkPermission(OctavoPermissions.ROLL_BACK);
        List<ParameterValue> parameters = new ArrayList<>();
        for (ParameterDefinition definition :
                job.getProperty(ParametersDefinitionProperty.class).getParameterDefinitions()) {
            String value = values.get(definition.getName());
            ParameterValue made = value != null && definition instanceof SimpleParameterDefinition simple
                    ? simple.createValue(value)
                    : definition.getDefaultParameterValue();
            if (made != null) {
                parameters.add(made);
            }
        }
        return ParameterizedJobMixIn.scheduleBuild2(
                        job, 0, new CauseAction(new Cause.UserIdCause()), new ParametersAction(parameters))
                != null;
    }
}
