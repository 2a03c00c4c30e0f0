from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "koopset.portal"
    label = "portal"

    def ready(self) -> None:
        from koopset.apps.joining.permissions import JoiningRight
        from koopset.apps.people.ports import register_second_factor_waiver
        from koopset.foundation.ui.navigation import NavPlace, register_place, register_switch
        from koopset.portal import inbox, messages, permissions
        from koopset.portal.cabinets import BUYER, CABINETS, OFFICE_CABINETS, switch_lines
        from koopset.portal.demo.mark import is_demo
        from koopset.portal.words import DISTRICT, DISTRICT_SHORT, INBOX, START, START_SHORT

        permissions.declare_rights()
        messages.register()
        inbox.register()
        register_switch(switch_lines)
        register_second_factor_waiver(is_demo)
        register_place(
            NavPlace(
                room="portal",
                label=START,
                short=START_SHORT,
                icon="layout-dashboard",
                url_name="portal:start_now",
                cabinets=frozenset(CABINETS),  # the operator has no start page in an organisation
                section="start",
                order=0,
                bottom_for=frozenset(CABINETS),
            )
        )
        register_place(
            NavPlace(
                room="portal",
                label=START,
                short=START_SHORT,
                icon="layout-dashboard",
                url_name="portal:buyer",
                cabinets=frozenset({BUYER}),
                section="start",
                order=0,
                bottom_for=frozenset({BUYER}),
            )
        )
        for label, short, name, right in (
            (START, START_SHORT, "portal:operator", permissions.PortalRight.PLATFORM_RUN),
            (DISTRICT, DISTRICT_SHORT, "portal:coordinator", JoiningRight.DISTRICT_VIEW),
        ):
            register_place(
                NavPlace(
                    room="portal",
                    label=label,
                    short=short,
                    icon="layout-dashboard" if name == "portal:operator" else "map-2",
                    url_name=name,
                    right=right,
                    section="start",
                    order=0,
                    of_platform=True,
                )
            )
        register_place(
            NavPlace(
                room="portal",
                label=INBOX,
                icon="files",
                url_name="portal:inbox",
                right=permissions.PortalRight.INBOX_USE,
                section="start",
                order=10,
                cabinets=OFFICE_CABINETS,
            )
        )
