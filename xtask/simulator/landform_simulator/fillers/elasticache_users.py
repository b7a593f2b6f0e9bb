"""ElastiCache's users and user groups."""

from landform_simulator.fillers.elasticache import Held, Store, fault, operation, page

LEAST_VERSION = {"redis": "6.0", "valkey": "7.2"}


def _users(store: Store) -> dict[str, Held]:
    """All users. One of the name ``default`` is there from the beginning."""
    if "default" not in store.users:
        told = _told(store, "default", "default", "redis", "on ~* +@all")
        store.users["default"] = Held(store, told | {"Status": "active", "Authentication": {"Type": "no-password"}})
    return store.users


def _told(store: Store, identity: str, name: str, engine: str, access: str) -> dict:
    return {
        "UserId": identity,
        "UserName": name,
        "Engine": engine,
        "MinimumEngineVersion": LEAST_VERSION[engine],
        "AccessString": access,
        "UserGroupIds": [],
        "ARN": store.arn("user", identity),
    }


def _authentication(parameters: dict) -> dict | None:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_AuthenticationMode.html"""
    mode = parameters.get("AuthenticationMode") or {}
    passwords = parameters.get("Passwords") or mode.get("Passwords") or []
    if any(not 16 <= len(it) <= 128 for it in passwords) or len(passwords) > 2:
        raise fault("InvalidParameterValueException", "Passwords length must be between 16-128 characters.")
    if parameters.get("NoPasswordRequired") and passwords:
        raise fault("InvalidParameterCombinationException", "Passwords can not be given where none is required.")
    if passwords:
        return {"Type": "password", "PasswordCount": len(passwords)}
    if mode.get("Type") == "iam":
        return {"Type": "iam", "PasswordCount": 0}
    if mode.get("Type") == "no-password-required" or parameters.get("NoPasswordRequired"):
        return {"Type": "no-password", "PasswordCount": 0}
    return None


@operation
def create_user(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html"""
    identity = parameters["UserId"].lower()
    if identity in _users(store):
        raise fault("UserAlreadyExistsFault", f"User {identity} already exists.")
    engine = parameters["Engine"].lower()
    if engine not in LEAST_VERSION:
        raise fault("InvalidParameterValueException", f"Unknown engine {engine}.")
    authentication = _authentication(parameters)
    if not authentication:
        raise fault("InvalidParameterValueException", "No password was provided. If you want to create/update the user without password, please use the NoPasswordRequired flag.")
    told = _told(store, identity, parameters["UserName"], engine, parameters["AccessString"])
    user = Held(store, told | {"Authentication": authentication})
    store.users[identity] = user
    store.tag(told["ARN"], parameters.get("Tags"))
    user.begin("creating", "active")
    return user.told


def _user_of(store: Store, identity: str) -> Held:
    try:
        return _users(store)[identity.lower()]
    except KeyError:
        raise fault("UserNotFoundFault", f"User {identity} not found.") from None


@operation
def describe_users(store: Store, parameters: dict) -> dict:
    identity = parameters.get("UserId")
    users = [_user_of(store, identity)] if identity else list(_users(store).values())
    return page("Users", [it.told for it in users], parameters)


@operation
def modify_user(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyUser.html"""
    user = _user_of(store, parameters["UserId"])
    if user.status != "active":
        raise fault("InvalidUserStateFault", f"User {user.told['UserId']} is not in active state.")
    if parameters.get("AccessString"):
        user.told["AccessString"] = parameters["AccessString"]
    if parameters.get("Engine"):
        user.told["Engine"] = parameters["Engine"].lower()
    user.told["Authentication"] = _authentication(parameters) or user.told["Authentication"]
    user.begin("modifying", "active")
    return user.told


@operation
def delete_user(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteUser.html"""
    user = _user_of(store, parameters["UserId"])
    told = user.told
    if user.status != "active":
        raise fault("InvalidUserStateFault", f"User {told['UserId']} is not in active state.")
    groups = [store.user_groups[it] for it in told["UserGroupIds"]]
    if told["UserName"] == "default" and groups:
        raise fault("DefaultUserAssociatedToUserGroupFault", "Default user is associated to a user group and can not be deleted.")
    for group in groups:
        group.told["UserIds"].remove(told["UserId"])

    def gone() -> None:
        store.users.pop(told["UserId"], None)
        store.tags.pop(told["ARN"], None)

    user.begin("deleting", "deleted", gone)
    return told


@operation
def create_user_group(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUserGroup.html"""
    identity = parameters["UserGroupId"].lower()
    if identity in store.user_groups:
        raise fault("UserGroupAlreadyExistsFault", f"User Group {identity} already exists.")
    engine = parameters["Engine"].lower()
    users = list(parameters.get("UserIds") or [])
    _check_users(store, engine, users)
    told = {
        "UserGroupId": identity,
        "Engine": engine,
        "UserIds": users,
        "MinimumEngineVersion": LEAST_VERSION[engine],
        "ARN": store.arn("usergroup", identity),
    }
    group = Held(store, told)
    store.user_groups[identity] = group
    store.tag(told["ARN"], parameters.get("Tags"))
    for user in users:
        store.users[user].told["UserGroupIds"].append(identity)
    group.begin("creating", "active")
    return _shown(store, group)


def _check_users(store: Store, engine: str, identities: list[str]) -> None:
    users = [_user_of(store, it).told for it in identities]
    names = [it["UserName"] for it in users]
    if engine == "redis" and "default" not in names:
        raise fault("DefaultUserRequired", "User group needs to contain a user with the user name default.")
    if len(set(names)) != len(names):
        raise fault("DuplicateUserNameFault", "User group can not contain users with the same user name.")


def _shown(store: Store, group: Held) -> dict:
    identity = group.told["UserGroupId"]
    used = [name for name, it in store.replication_groups.items() if identity in it.told["UserGroupIds"]]
    return group.told | {"ReplicationGroups": used, "PendingChanges": {}}


def _group_of(store: Store, identity: str) -> Held:
    try:
        return store.user_groups[identity.lower()]
    except KeyError:
        raise fault("UserGroupNotFoundFault", f"UserGroup {identity} not found.") from None


@operation
def describe_user_groups(store: Store, parameters: dict) -> dict:
    identity = parameters.get("UserGroupId")
    groups = [_group_of(store, identity)] if identity else list(store.user_groups.values())
    return page("UserGroups", [_shown(store, it) for it in groups], parameters)


@operation
def modify_user_group(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyUserGroup.html"""
    group = _group_of(store, parameters["UserGroupId"])
    told = group.told
    if group.status != "active":
        raise fault("InvalidUserGroupStateFault", f"User group {told['UserGroupId']} is not in active state.")
    gone, new = parameters.get("UserIdsToRemove") or [], parameters.get("UserIdsToAdd") or []
    engine = (parameters.get("Engine") or told["Engine"]).lower()
    users = [*(it for it in told["UserIds"] if it not in gone), *new]
    _check_users(store, engine, users)
    told |= {"UserIds": users, "Engine": engine}
    for user in gone:
        store.users[user].told["UserGroupIds"].remove(told["UserGroupId"])
    for user in new:
        store.users[user].told["UserGroupIds"].append(told["UserGroupId"])
    group.begin("modifying", "active")
    return _shown(store, group)


@operation
def delete_user_group(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteUserGroup.html"""
    group = _group_of(store, parameters["UserGroupId"])
    told = group.told
    if group.status != "active" or _shown(store, group)["ReplicationGroups"]:
        raise fault("InvalidUserGroupStateFault", f"User group {told['UserGroupId']} is in use or not in active state.")

    def gone() -> None:
        for user in told["UserIds"]:
            store.users[user].told["UserGroupIds"].remove(told["UserGroupId"])
        store.user_groups.pop(told["UserGroupId"], None)
        store.tags.pop(told["ARN"], None)

    group.begin("deleting", "deleted", gone)
    return _shown(store, group)


OPERATIONS = (
    create_user,
    describe_users,
    modify_user,
    delete_user,
    create_user_group,
    describe_user_groups,
    modify_user_group,
    delete_user_group,
)
