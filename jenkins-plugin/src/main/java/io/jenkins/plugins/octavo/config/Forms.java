package io.jenkins.plugins.octavo.config;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.domains.DomainRequirement;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.util.ComboBoxModel;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;

/** What the forms of settings have in common: who may ask, and what is answered. */
final class Forms {
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._ -]*");

    private Forms() {}

    /** Whether the one who asks may change these settings: of a folder, or of Jenkins if there is none. */
    static boolean mayConfigure(@CheckForNull Item item) {
        return item == null ? Jenkins.get().hasPermission(Jenkins.ADMINISTER) : item.hasPermission(Item.CONFIGURE);
    }

    /** Whether the one who asks may know which credentials there are. */
    static boolean maySeeCredentials(@CheckForNull Item item) {
        return item == null
                ? Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : item.hasPermission(CredentialsProvider.USE_ITEM);
    }

    /** A drop-down of credentials; for who may not know them only what is set already. */
    static ListBoxModel credentials(
            @CheckForNull Item item, String current, List<DomainRequirement> requirements, CredentialsMatcher matcher) {
        StandardListBoxModel list = new StandardListBoxModel();
        if (!maySeeCredentials(item)) {
            return list.includeCurrentValue(current);
        }
        return list.includeEmptyValue()
                .includeMatchingAs(authentication(item), item, StandardCredentials.class, requirements, matcher)
                .includeCurrentValue(current);
    }

    /** Whether there are such credentials, and of a type that can be used. */
    static FormValidation checkCredentials(
            @CheckForNull Item item, String id, CredentialsMatcher matcher, boolean required) {
        if (!mayConfigure(item) || !maySeeCredentials(item)) {
            return FormValidation.ok();
        }
        String value = Util.fixNull(id).trim();
        if (value.isEmpty()) {
            return required ? FormValidation.error(Messages.Forms_credentialsRequired()) : FormValidation.ok();
        }
        if (value.startsWith("${") && value.endsWith("}")) {
            return FormValidation.warning(Messages.Forms_credentialsExpression());
        }
        return find(item, value, matcher)
                ? FormValidation.ok()
                : FormValidation.error(Messages.Forms_credentialsUnknown(value));
    }

    /** Whether credentials of that ID are among those that match. Only for who may know. */
    static boolean find(@CheckForNull Item item, String id, CredentialsMatcher matcher) {
        return !CredentialsProvider.listCredentialsInItem(
                        StandardCredentials.class,
                        item,
                        authentication(item),
                        List.of(),
                        CredentialsMatchers.allOf(matcher, CredentialsMatchers.withId(id)))
                .isEmpty();
    }

    private static Authentication authentication(@CheckForNull Item item) {
        return item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
    }

    /** Whether it is a name, and no other setting of that kind has it. */
    static FormValidation checkName(
            @CheckForNull Item item, String name, Function<SettingsSource, List<String>> names) {
        if (!mayConfigure(item)) {
            return FormValidation.ok();
        }
        String value = Util.fixNull(name).trim();
        if (value.isEmpty()) {
            return FormValidation.error(Messages.Forms_nameRequired());
        }
        if (!NAME.matcher(value).matches()) {
            return FormValidation.error(Messages.Forms_nameCharacters());
        }
        boolean hides = item != null && names.apply(OctavoConfiguration.get()).contains(value);
        return hides ? FormValidation.ok(Messages.Forms_nameHides(value)) : FormValidation.ok();
    }

    /** Whether there is what a name means; an unsaved one is not there yet. */
    static FormValidation checkReference(
            @CheckForNull Item item, String name, boolean required, Function<Settings, List<String>> names) {
        if (!mayConfigure(item)) {
            return FormValidation.ok();
        }
        String value = Util.fixNull(name).trim();
        if (value.isEmpty()) {
            return required ? FormValidation.error(Messages.Forms_referenceRequired()) : FormValidation.ok();
        }
        List<String> known = names.apply(Settings.of(item));
        if (known.contains(value)) {
            return FormValidation.ok();
        }
        return known.isEmpty()
                ? FormValidation.warning(Messages.Forms_referenceToNone(value))
                : FormValidation.warning(Messages.Forms_referenceUnknown(value, String.join(", ", known)));
    }

    /** Suggestions for a name that is meant. */
    static ComboBoxModel suggest(@CheckForNull Item item, Function<Settings, List<String>> names) {
        return mayConfigure(item) ? new ComboBoxModel(names.apply(Settings.of(item))) : new ComboBoxModel();
    }

    /** A whole number from 1 on. */
    static FormValidation checkPositive(@CheckForNull Item item, String number) {
        if (!mayConfigure(item)) {
            return FormValidation.ok();
        }
        return positive(number) > 0 ? FormValidation.ok() : FormValidation.error(Messages.Forms_positive());
    }

    /** 0 for what is no whole number from 1 on. */
    static int positive(String number) {
        String digits = Util.fixNull(number).trim();
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
    }

    /** @throws InvalidSettingException for a name that is empty or that another of the list has */
    static <T> List<T> named(String field, List<T> settings, Function<T, String> name) {
        Set<String> names = new HashSet<>();
        for (T each : settings) {
            if (name.apply(each).isEmpty()) {
                throw new InvalidSettingException(field, field + ": " + Messages.Forms_nameRequired());
            }
            if (!names.add(name.apply(each))) {
                throw new InvalidSettingException(field, field + ": " + Messages.Forms_nameTwice(name.apply(each)));
            }
        }
        return new ArrayList<>(settings);
    }

    /** Tells an invalid setting in a form as the form's error instead of a stack trace. */
    static <T> T bind(Supplier<T> binding) throws Descriptor.FormException {
        try {
            return binding.get();
        } catch (RuntimeException | LinkageError e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof InvalidSettingException invalid) {
                    throw new Descriptor.FormException(invalid.getMessage(), invalid.field());
                }
            }
            throw e;
        }
    }
}
